using System.Buffers;

namespace Gatehouse.Pipeline.ServerRequests.Words;

/// <summary>
/// Words for secrets in scripts that are written without spaces, or in languages with inflected words; they are found anywhere in a text. Text
/// directly next to the word can change its meaning (the length of a password), and a clause can forbid to enter it (H10).
/// </summary>
internal static class UnsegmentedSecretWords
{
    private const int FarthestNegation = 40;

    private static readonly SearchValues<char> ClauseEnds = SearchValues.Create("。.!?！？;；,，、\n:：");

    // Secrets that a field for numbers can also accept.
    private static readonly string[] Codes = Folded(
        "пин-код", "пин код", "номер карты", "банковской карт", "кредитной карт", "код подтверждения", "код безопасности", "код доступа",
        "код из смс", "код из sms", "одноразовый код", "одноразовый парол",
        "密码", "密碼", "口令", "验证码", "驗證碼", "安全码", "安全碼", "动态码", "卡号", "卡號", "信用卡", "银行卡",
        "暗証番号", "認証コード", "確認コード", "セキュリティコード", "セキュリティーコード", "ワンタイムコード", "ワンタイムパス", "パスコード", "リカバリーコード", "カード番号", "クレジットカード",
        "送りしたコード", "送信したコード", "送信されたコード", "届いたコード", "受け取ったコード",
        "비밀번호", "인증번호", "카드번호");

    private static readonly string[] Texts = Folded(
        // Russian
        "парол", "секретный ключ", "закрытый ключ", "закрытого ключ", "приватный ключ", "приватного ключ", "ключ api", "api-ключ", "api ключ",
        "ключ доступа", "ключ ssh", "ssh-ключ", "ssh ключ", "токен",
        "кодовое слово", "фраза восстановления", "фразу восстановления", "сид-фраз", "мнемоническ", "учетные данные", "учетных данных",
        "девичья фамилия", "девичью фамилию", "секретное слово",
        "клиентский секрет", "секрет клиента", "κωδικό",
        // Chinese
        "密钥", "密鑰", "私钥", "私鑰", "助记词", "助記詞", "恢复短语", "恢复词", "令牌", "登录凭", "凭证", "凭据", "婚前姓", "会话cookie",
        // Japanese
        "パスワード", "パスフレーズ", "apiキー", "api キー", "アクセスキー", "トークン", "秘密鍵", "秘密キー", "シークレット", "シードフレーズ", "リカバリーフレーズ", "復元フレーズ", "認証情報", "合言葉", "旧姓",
        "كلمة المرور", "كلمة السر", "סיסמ", "पासवर्ड", "รหัสผ่าน");

    private static readonly string[] AttributesAfter = Folded(
        "长度", "長度", "强度", "強度", "策略", "有效期", "名称", "名稱", "类型", "类别", "品牌", "数", "上限", "限制", "管理器", "长さ", "長さ", "ポリシー", "有効期限", "名前", "種類", "ブランド",
        "会社", "最大", "最小", "文字数", "化", "マネージャー", "管理ツール", "ов", "изатор");

    private static readonly string[] AttributesBefore = Folded(
        "длина ", "длину ", "сложность ", "политика ", "срок действия ", "возраст ", "имя ", "название ", "тип ", "число ", "количество ", "лимит ",
        "менеджер ");

    private static readonly string[] Negations = Folded("请勿", "請勿", "切勿", "不要", "不得", "禁止", "не ");

    private static readonly string[] ForbiddenActs = Folded(
        "填写", "填入", "输入", "輸入", "写", "提供", "分享", "透露", "告诉", "发送", "包含", "указыва", "вводи", "пиши", "сообща", "отправля", "передава", "присыла");

    private static readonly string[] ForbiddenAfter = Folded(
        "入力しないで", "記入しないで", "書かないで", "送らないで", "送信しないで", "共有しないで", "教えないで", "含めないで", "入力禁止", "記入禁止");

    private static readonly string[] Turns =
        Folded("忘", "забуд", "забыв", "而是", "但", "除非", "然后", "只需", " а ", " но ", "кроме", "только", "ただし", "ですが", "代わりに");

    /// <summary>Returns the first word that names a secret and nothing else; null when there is none.</summary>
    /// <param name="text">The text.</param>
    /// <param name="numbers">True for a field that accepts only numbers.</param>
    public static string? FoundIn(string text, bool numbers)
    {
        var folded = NormalText.Fold(text).ToLowerInvariant();
        return FoundIn(folded, Codes) ?? (numbers ? null : FoundIn(folded, Texts));
    }

    private static string? FoundIn(string folded, string[] terms)
    {
        foreach (var term in terms)
        {
            for (var at = folded.IndexOf(term, StringComparison.Ordinal); at >= 0; at =
                folded.IndexOf(term, at + term.Length, StringComparison.Ordinal))
            {
                if (!IsAttribute(folded, at, term.Length) && !IsForbidden(folded, at, term.Length)) return term;
            }
        }

        return null;
    }

    // "密码长度", "パスワードの長さ", "длина пароля": a property of it, which is not the secret.
    private static bool IsAttribute(string folded, int at, int length)
    {
        var after = folded.AsSpan(at + length);
        if (after.StartsWith("的") || after.StartsWith("の")) after = after[1..];
        if (after.StartsWith("数字")) return false; // its digits are the secret itself
        return StartsWithAny(after, AttributesAfter)
            || Array.Exists(AttributesBefore, word => folded.AsSpan(0, at).EndsWith(word, StringComparison.Ordinal));
    }

    // A negation forbids the action of its verb, within the clause, unless another word reverses it: "请勿忘记密码" forbids to forget.
    private static bool IsForbidden(string folded, int at, int length)
    {
        var before = folded.AsSpan(Math.Max(0, at - FarthestNegation), Math.Min(at, FarthestNegation));
        before = before[(before.LastIndexOfAny(ClauseEnds) + 1)..];
        var after = folded.AsSpan(at + length, Math.Min(FarthestNegation / 2, folded.Length - at - length));
        var end = after.IndexOfAny(ClauseEnds);
        if (end >= 0) after = after[..end];
        if (after.Contains("以外", StringComparison.Ordinal) || after.Contains("之外", StringComparison.Ordinal)) return false; // nothing except it
        return Forbids(before) || (IndexOfAny(after, ForbiddenAfter) >= 0 && IndexOfAny(after, Turns) < 0);
    }

    private static bool Forbids(ReadOnlySpan<char> before)
    {
        var negation = IndexOfAny(before, Negations);
        if (negation < 0) return false;
        var words = before[negation..];
        return IndexOfAny(words, ForbiddenActs) is >= 0 and <= 6 && IndexOfAny(words, Turns) < 0;
    }

    private static int IndexOfAny(ReadOnlySpan<char> text, string[] words)
    {
        var first = -1;
        foreach (var word in words)
        {
            var at = text.IndexOf(word, StringComparison.Ordinal);
            if (at >= 0 && (first < 0 || at < first)) first = at;
        }

        return first;
    }

    private static bool StartsWithAny(ReadOnlySpan<char> text, string[] words)
    {
        foreach (var word in words)
        {
            if (text.StartsWith(word, StringComparison.Ordinal)) return true;
        }

        return false;
    }

    private static string[] Folded(params string[] words) => [.. words.Select(word => NormalText.Fold(word).ToLowerInvariant())];
}
