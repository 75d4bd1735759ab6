namespace Gatehouse.Protocol.Validation;

/// <summary>The comparison of a name with a protocol member as the most forgiving reader would do it.</summary>
/// <remarks>
/// Threat: a second member that one reader takes for the real one (CWE-178, CWE-176). Readers that ignore case differ in the tables they use. Readers
/// that normalise also ignore width, style and marks. Readers in C end a name at its first NUL, others drop it with invisible characters.
/// </remarks>
internal static class CaseFolding
{
    /// <summary>Returns whether <paramref name="name"/> could be read as <paramref name="ascii"/>.</summary>
    /// <param name="name">Valid UTF-8.</param>
    /// <param name="ascii">ASCII in any case, without blanks and controls.</param>
    public static bool EqualsAscii(ReadOnlySpan<byte> name, ReadOnlySpan<byte> ascii) => FoldedLetters.CouldBe(name, ascii);
}
