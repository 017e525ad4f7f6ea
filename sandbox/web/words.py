"""The words of the sandbox's pages, in English, Russian and Kazakh."""

from flask import has_request_context, request

LANGUAGES = ("en", "ru", "kk")

# key: (English, Russian, Kazakh)
WORDS: dict[str, tuple[str, str, str]] = {
    "sandbox": ("Sandbox", "Песочница", "Сынақ алаңы"),
    "local_instagram": (
        "A local Instagram for trying out",
        "Локальный Instagram для пробы",
        "Сынап көруге арналған жергілікті Instagram",
    ),
    "continue_as": ("Continue as", "Продолжить как", "Кім ретінде жалғастыру"),
    "app_asks": (
        "App %(app)s asks for access to your Instagram account",
        "Приложение %(app)s запрашивает доступ к вашему аккаунту Instagram",
        "%(app)s қолданбасы Instagram аккаунтыңызға рұқсат сұрайды",
    ),
    "it_may": ("The app will be able to", "Приложение сможет", "Қолданба мыналарды істей алады"),
    "instagram_business_basic": (
        "View profile and media (required)",
        "Видеть профиль и публикации (обязательно)",
        "Профиль мен жарияланымдарды көру (міндетті)",
    ),
    "instagram_business_content_publish": ("Publish content", "Публиковать контент", "Контент жариялау"),
    "instagram_business_manage_comments": ("Manage comments", "Управлять комментариями", "Пікірлерді басқару"),
    "instagram_business_manage_messages": ("Manage messages", "Управлять сообщениями", "Хабарламаларды басқару"),
    "instagram_business_manage_insights": ("View insights", "Видеть статистику", "Статистиканы көру"),
    "allow": ("Allow", "Разрешить", "Рұқсат беру"),
    "cancel": ("Cancel", "Отмена", "Бас тарту"),
    "BUSINESS": ("Business account", "Бизнес-аккаунт", "Бизнес-аккаунт"),
    "MEDIA_CREATOR": ("Creator account", "Аккаунт автора", "Автор аккаунты"),
    "PERSONAL": ("Personal account", "Личный аккаунт", "Жеке аккаунт"),
    "no_accounts": (
        "There is no account in the sandbox yet",
        "В песочнице пока нет аккаунтов",
        "Сынақ алаңында әзірге аккаунт жоқ",
    ),
    "create_one": (
        "Create one with POST /sandbox/accounts",
        "Создайте его вызовом POST /sandbox/accounts",
        "Оны POST /sandbox/accounts шақыруымен жасаңыз",
    ),
    "not_available": (
        "Sorry, this page isn't available",
        "К сожалению, эта страница недоступна",
        "Өкінішке қарай, бұл бет қолжетімсіз",
    ),
    "invalid_redirect": ("Invalid redirect_uri", "Недопустимый redirect_uri", "redirect_uri жарамсыз"),
    "invalid_request": (
        "Invalid request: response_type or scope is wrong",
        "Неверный запрос: ошибка в response_type или scope",
        "Сұрау қате: response_type немесе scope дұрыс емес",
    ),
    "no_account": ("Choose an account", "Выберите аккаунт", "Аккаунтты таңдаңыз"),
    "not_tester": (
        "Insufficient developer role",
        "Недостаточная роль разработчика",
        "Әзірлеуші рөлі жеткіліксіз",
    ),
    "live_now": ("What just went live", "Только что вышло", "Жаңа ғана шыққаны"),
    "accounts": ("Accounts", "Аккаунты", "Аккаунттар"),
    "posts": ("Posts", "Публикации", "Жарияланым"),
    "followers": ("Followers", "Подписчики", "Жазылушы"),
    "following": ("Following", "Подписки", "Жазылым"),
    "nothing_yet": (
        "Nothing is live yet. It will appear here by itself.",
        "Пока ничего не вышло. Публикации появятся здесь сами.",
        "Әзірге ештеңе шыққан жоқ. Жарияланымдар осында өздері пайда болады.",
    ),
    "story": ("Story", "История", "Stories"),
    "REELS": ("Reel", "Reels", "Reels бейнесі"),
    "STORY": ("Story", "История", "Stories"),
    "FEED": ("Post", "Публикация", "Жарияланым"),
    "carousel": ("Carousel", "Карусель", "Карусель"),
    "no_caption": ("No caption", "Без подписи", "Мәтінсіз"),
    "no_picture": ("Posted from the phone, without a file", "С телефона, без файла", "Телефоннан, файлсыз"),
    "back": ("Back to profile", "Назад в профиль", "Профильге оралу"),
    "comments": ("Comments", "Комментарии", "Пікірлер"),
    "no_comments": ("Nobody has commented yet", "Комментариев пока нет", "Әзірге пікір жоқ"),
    "comments_off": ("Comments are switched off", "Комментарии отключены", "Пікірлер өшірілген"),
    "hidden_comment": ("Hidden by the account", "Скрыт аккаунтом", "Аккаунт жасырған"),
    "play_audience": (
        "Write as somebody of the audience",
        "Написать от имени подписчика",
        "Жазылушы атынан жазу",
    ),
    "username": ("Username", "Имя пользователя", "Пайдаланушы аты"),
    "comment": ("Comment", "Комментарий", "Пікір"),
    "reply": ("Reply", "Ответить", "Жауап беру"),
    "send": ("Send", "Отправить", "Жіберу"),
    "messages": ("Messages", "Сообщения", "Хабарламалар"),
    "message": ("Message", "Сообщение", "Хабарлама"),
    "write_message": ("Message", "Написать", "Хабарлама жазу"),
    "no_messages": ("No messages yet", "Сообщений пока нет", "Әзірге хабарлама жоқ"),
    "you_play": ("You play", "Вы играете за", "Сіздің рөліңіз"),
    "you_are": ("as @%(name)s", "от имени @%(name)s", "@%(name)s атынан"),
    "change": ("Change", "Изменить", "Өзгерту"),
    "edited": ("Edited", "Изменено", "Өзгертілді"),
    "unsend": ("Unsend", "Отозвать", "Қайтарып алу"),
    "unreact": ("Remove", "Убрать", "Алып тастау"),
    "more": ("More", "Ещё", "Тағы"),
    "menu": ("Menu", "Меню", "Мәзір"),
    "picture": ("Picture", "Картинка", "Сурет"),
    "file": ("File", "Файл", "Файл"),
    "unsupported": ("Cannot be shown here", "Здесь показать нельзя", "Мұнда көрсетілмейді"),
    "follow": ("Follow", "Подписаться", "Жазылу"),
    "unfollow": ("Unfollow", "Отписаться", "Жазылудан бас тарту"),
    "block": ("Block", "Заблокировать", "Бұғаттау"),
    "unblock": ("Unblock", "Разблокировать", "Бұғаттан шығару"),
    "mention_in_story": ("Mention in a Story", "Упомянуть в истории", "Stories ішінде атап өту"),
    "mentioned_in_story": ("Mention in a Story", "Упоминание в истории", "Stories ішінде атап өтті"),
    "answer_story": ("Answer the Story", "Ответить на историю", "Stories-ке жауап беру"),
    "answered_story": ("Answer to a Story", "Ответ на историю", "Stories-ке жауап"),
    "share_in_direct": ("Send in Direct", "Отправить в Direct", "Direct-ке жіберу"),
    "gone": ("This is no longer live", "Этого больше нет", "Бұл енді жоқ"),
}


def choose_language() -> str:
    """Return the language of the current request's browser."""
    if not has_request_context():
        return LANGUAGES[0]
    return request.accept_languages.best_match(LANGUAGES, LANGUAGES[0]) or LANGUAGES[0]


def word(key: str, **values: object) -> str:
    """Return a text in the browser's language."""
    return WORDS[key][LANGUAGES.index(choose_language())] % values
