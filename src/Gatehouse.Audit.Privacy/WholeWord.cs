namespace Gatehouse.Audit.Privacy;

/// <summary>Finds a name in a text.</summary>
public static class WholeWord
{
    /// <summary>Returns whether a text has a name as a word of its own, without regard to case: the subject 1 is not in "request 4711".</summary>
    public static bool IsIn(string text, string name)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentException.ThrowIfNullOrEmpty(name);
        for (var at = 0; (at = text.IndexOf(name, at, StringComparison.OrdinalIgnoreCase)) >= 0; at++)
        {
            var end = at + name.Length;
            if ((at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end]))) return true;
        }

        return false;
    }
}
