using System.Buffers;

namespace Gatehouse.Detection.SensitiveData;

/// <summary>
/// A cheap look at a text: whether it can have a secret at all. The detector of secrets reads a copy of the text, which an ordinary text is spared.
/// </summary>
internal static class SecretHint
{
    // Shorter runs are found only beside one of the words.
    private const int ShortestRun = 16;

    private static readonly SearchValues<string> Words = SearchValues.Create(
        ["pass", "pwd", "secret", "token", "key", "auth", "bearer", "basic", "cred", "://", "begin ", "cookie", "pat=", "pin", "phrase", "login",
            "schlüssel", "kennwort", "nøgle", "clave", "contrase", "clé", "mot de", "chiave", "chave", "senha", "sleutel", "wachtwoord", "ключ",
            "парол", "密", "口令", "キー", "パス", " -p", " -u"], StringComparison.OrdinalIgnoreCase);

    private static readonly SearchValues<char> Run =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-+/=.~$!%");

    public static bool MayHold(ReadOnlySpan<char> text)
    {
        if (text.Length < 6) return false;
        if (text.ContainsAny(Words)) return true;
        while (text.Length >= ShortestRun)
        {
            var start = text.IndexOfAny(Run);
            if (start < 0) return false;
            text = text[start..];
            var end = text.IndexOfAnyExcept(Run);
            var run = end < 0 ? text : text[..end];
            if (run.Length >= ShortestRun && IsMixed(run)) return true;
            text = text[run.Length..];
        }

        return false;
    }

    // A word of letters, or a number, is no secret.
    private static bool IsMixed(ReadOnlySpan<char> run) => run.ContainsAnyInRange('0', '9') && (run.ContainsAnyInRange('a', 'z')
        || run.ContainsAnyInRange('A', 'Z'));
}
