"""Stock of names from other countries, as their bearers write them; Latin letters after a slash where they differ."""

from __future__ import annotations

from typing import NamedTuple


class Stock(NamedTuple):
    """Given names and surnames of one country. `family_first` is how its people write their own script."""

    language: str
    given: tuple[str, ...]
    family: tuple[str, ...]
    family_first: bool = False


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.replace("_", " ").split("|"))


STOCKS: dict[str, Stock] = {
    "US": Stock(
        "en",
        _names(
            "Emily|Michael|Sarah|David|Jessica|Daniel|Ashley|Matthew|Olivia|Ethan|Grace|Ryan|Hannah|Tyler|Maya"
            "|Brandon|Chloe|Marcus|Nicole|Jordan|Rachel|Kevin|Amanda|Luis|Sofia|Andre|Tiffany|Caleb|Naomi|Eric"
        ),
        _names(
            "Johnson|Miller|Davis|Garcia|Wilson|Anderson|Taylor|Thomas|Moore|Jackson|Martinez|Thompson|Lewis"
            "|Robinson|Walker|Hernandez|Young|Allen|Wright|Flores|Nguyen|Hill|Adams|Baker|Rivera|Campbell"
            "|Mitchell|Carter|Roberts|Phillips|Turner|Cooper|Reed|Bailey|Webb|Hayes|Coleman|Foster|Brooks|Ross"
        ),
    ),
    "GB": Stock(
        "en",
        _names(
            "Oliver|Amelia|Harry|Isla|George|Poppy|Jack|Freya|Charlie|Ella|James|Lucy|Thomas|Alice|William"
            "|Priya|Imran|Zara|Callum|Megan|Rhys|Eleanor|Hamish|Imogen"
        ),
        _names(
            "Smith|Jones|Williams|Brown|Evans|Patel|Hughes|Edwards|Green|Wood|Harris|Clarke|Khan|Shaw|Bennett"
            "|Fletcher|Marsh|Pemberton|Whitfield|Sinclair|MacLeod|Fraser|Ahmed|Begum|Ashworth|Llewellyn"
        ),
    ),
    "IE": Stock(
        "en",
        _names("Aoife|Conor|Saoirse|Cian|Niamh|Emma|Oisín|Ciara|Sean|Róisín"),
        _names("O'Hara|Murphy|Kelly|O'Brien|Byrne|Ryan|O'Connor|Walsh|Doyle|McCarthy|Gallagher|Kavanagh"),
    ),
    "CA": Stock(
        "en",
        _names("Liam|Emma|Noah|Charlotte|Benjamin|Zoe|Nathan|Claire|Gabriel|Audrey|Owen|Simone|Arjun|Mei"),
        _names("Tremblay|MacDonald|Singh|Roy|Gagnon|Wong|Campbell|Chan|Leblanc|Stewart|Bouchard|Fraser|Gill|Côté"),
    ),
    "AU": Stock(
        "en",
        _names("Lachlan|Matilda|Cooper|Ruby|Angus|Sienna|Hugo|Georgia|Bonnie|Declan|Tahlia|Jarrah|Kirra|Max"),
        _names("Nguyen|Kelly|Ryan|Robinson|White|Martin|Thompson|O'Sullivan|Hall|Papadopoulos|Russo|Fitzgerald|Clarke"),
    ),
    "DE": Stock(
        "de",
        _names(
            "Anna|Lukas|Lena|Jürgen|Sophie|Felix|Marie|Jonas|Katharina|Maximilian|Jana|Tobias|Heike|Björn|Ayşe"
            "|Sebastian|Greta|Moritz|Ulrike|Emil"
        ),
        _names(
            "Müller|Schmidt|Schneider|Fischer|Weber|Wagner|Becker|Hoffmann|Schäfer|Koch|Bauer|Richter|Klein|Wolf"
            "|Schröder|Neumann|Schwarz|Krüger|Yılmaz|Hartmann|Köhler|Vogel|Groß|von_Berg"
        ),
    ),
    "FR": Stock(
        "fr",
        _names("Chloé|Louis|Camille|Hugo|Inès|Théo|Manon|Jules|Léa|Antoine|Zoé|Mathilde|Rémi|Élodie|Karim|Sylvie"),
        _names(
            "Bernard|Martin|Dubois|Moreau|Laurent|Lefèvre|Garnier|Faure|Rousseau|Blanc|Guérin|Chevalier|Fontaine"
            "|Benali|Gauthier|Perrin|Mercier"
        ),
    ),
    "NL": Stock(
        "nl",
        _names("Lucas|Emma|Daan|Julia|Sem|Sanne|Bram|Lotte|Joost|Femke|Thijs|Maud"),
        _names("de_Jong|Jansen|de_Vries|van_den_Berg|Bakker|Visser|Smit|Meijer|Mulder|Vermeer|van_Dijk|de_Graaf"),
    ),
    "IT": Stock(
        "it",
        _names("Giulia|Lorenzo|Martina|Alessandro|Chiara|Matteo|Francesca|Davide|Elisa|Niccolò"),
        _names("Rossi|Bianchi|Ferrari|Esposito|Romano|Ricci|Marino|Greco|Conti|De_Luca|Gallo|Fontana"),
    ),
    "SE": Stock(
        "sv",
        _names("Astrid|Erik|Elsa|Oskar|Maja|Gustav|Linnéa|Axel|Sigrid|Nils"),
        _names("Andersson|Lindqvist|Nyström|Bergström|Sjöberg|Ek|Åkesson|Holm|Dahl|Wikström"),
    ),
    "JP": Stock(
        "ja",
        _names(
            "愛子/Aiko|翔太/Shota|結衣/Yui|大輔/Daisuke|美咲/Misaki|健太/Kenta|陽菜/Hina|拓也/Takuya|由美子/Yumiko"
            "|直樹/Naoki|さくら/Sakura|悠斗/Yuto|真理/Mari|亮/Ryo|恵/Megumi|蓮/Ren|千尋/Chihiro|誠/Makoto|葵/Aoi"
            "|浩/Hiroshi|彩/Aya|樹/Itsuki|裕子/Yuko|和也/Kazuya"
        ),
        _names(
            "佐藤/Sato|鈴木/Suzuki|高橋/Takahashi|田中/Tanaka|伊藤/Ito|渡辺/Watanabe|山本/Yamamoto|中村/Nakamura"
            "|小林/Kobayashi|加藤/Kato|吉田/Yoshida|山田/Yamada|佐々木/Sasaki|山口/Yamaguchi|松本/Matsumoto"
            "|井上/Inoue|木村/Kimura|林/Hayashi|清水/Shimizu|斎藤/Saito|森/Mori|池田/Ikeda|橋本/Hashimoto|石川/Ishikawa"
        ),
        family_first=True,
    ),
    "CN": Stock(
        "zh",
        _names(
            "伟/Wei|芳/Fang|娜/Na|敏/Min|静/Jing|丽/Li|强/Qiang|磊/Lei|洋/Yang|艳/Yan|雪/Xue|子涵/Zihan|欣怡/Xinyi"
            "|浩然/Haoran|梓萱/Zixuan|宇轩/Yuxuan"
        ),
        _names(
            "王/Wang|李/Li|张/Zhang|刘/Liu|陈/Chen|杨/Yang|赵/Zhao|黄/Huang|周/Zhou|吴/Wu|徐/Xu|孙/Sun|朱/Zhu|马/Ma"
        ),
        family_first=True,
    ),
    "VN": Stock(
        "vi",
        _names("Minh/Minh|Hương/Huong|Tuấn/Tuan|Linh/Linh|Đức/Duc|Thảo/Thao|Quân/Quan|Mai/Mai|Hải/Hai|Trang/Trang"),
        _names("Nguyễn/Nguyen|Trần/Tran|Lê/Le|Phạm/Pham|Hoàng/Hoang|Vũ/Vu|Đặng/Dang|Bùi/Bui"),
        family_first=True,
    ),
    "IN": Stock(
        "en",
        _names("Priya|Arjun|Ananya|Rohan|Kavya|Vikram|Neha|Aditya|Meera|Sanjay"),
        _names("Shah|Sharma|Iyer|Reddy|Gupta|Nair|Mehta|Kapoor|Das|Joshi"),
    ),
    "PH": Stock(
        "en",
        _names("Maria|Jose|Angelica|Mark|Kristine|Paolo|Jasmine|Carlo|Rowena|Miguel"),
        _names("Santos|Reyes|Cruz|Bautista|Ocampo|Garcia|Mendoza|Villanueva|Dela_Cruz|Aquino"),
    ),
    "UZ": Stock(
        "ru",
        _names("Dilnoza|Aziz|Malika|Timur|Nodira|Rustam|Kamila|Jasur"),
        _names("Karimov|Yusupov|Rakhimov|Tashkentov|Ismoilov|Nazarov"),
    ),
    "GH": Stock(
        "en",
        _names("Daniel|Ama|Kwame|Abena|Kofi|Efua|Yaw|Akosua"),
        _names("Mensah|Owusu|Boateng|Asante|Agyeman|Osei|Appiah"),
    ),
    "SG": Stock(
        "en",
        _names("Wei_Ling|Jun_Hao|Mei_Xuan|Aaron|Nurul|Shawn|Priscilla|Kai_Wen|Farah|Ivan"),
        _names("Tan|Lim|Ng|Wong|Goh|Chua|Ong|Teo|Rahman|Koh"),
    ),
}


def spelled(entry: str) -> tuple[str, str]:
    """Return a stock entry as its bearer writes it and in Latin letters."""
    own, _, latin = entry.partition("/")
    return own, latin or own
