using System.Text;
using Gatehouse.Policy.Matching;

namespace Gatehouse.Policy.Conditions;

/// <summary>
/// The value is a path inside a folder, or the folder itself.
/// </summary>
/// <remarks>
/// Threat: path traversal (CWE-22). A path that servers read differently is undecidable: one with <c>..</c>, a backslash, NUL or <c>%</c>, or with a
/// letter that some readers take for one of these or for a slash, and one that does not begin at the root. Repeated slashes and <c>.</c> parts mean
/// nothing and are passed over. A name does not show links inside the folder.
/// <para>Threat: the folder in other letters (CWE-178). A path that is inside only where case, width, marks, or dots and blanks at the end of a name
/// do not count is undecidable: file systems differ in that.</para>
/// </remarks>
public sealed record PathTest : ValueTest
{
    /// <summary>Makes the test.</summary>
    /// <exception cref="ArgumentException">The folder is not a path from the root without <c>..</c>, backslash, NUL and <c>%</c>.</exception>
    public PathTest(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (!IsDecidable(folder)) throw new ArgumentException("The folder is not a plain path from the root.", nameof(folder));
        Folder = folder;
    }

    /// <summary>The folder.</summary>
    public string Folder { get; }

    /// <summary>Returns true for a path that has one reading.</summary>
    public static bool IsDecidable(ReadOnlySpan<char> path) =>
        path.StartsWith('/') && path.IndexOfAny('\\', '\0', '%') < 0 && path.IndexOf("..", StringComparison.Ordinal) < 0
        && (Ascii.IsValid(path) || !LooseName.HasSyntax(path));

    internal override Ternary Judge(in PolicyValue value, in ConditionScope scope) =>
        value.Kind == PolicyValueKind.Text && IsDecidable(value.Text) ? JudgePath(value.Text) : Ternary.Undecidable;

    private Ternary JudgePath(ReadOnlySpan<char> path)
    {
        var folder = Folder.AsSpan();
        var isCertain = true;
        while (true)
        {
            var wanted = Next(ref folder);
            if (wanted.IsEmpty) return isCertain ? Ternary.True : Ternary.Undecidable;
            var part = Next(ref path);
            if (wanted.SequenceEqual(part)) continue;
            if (!LooseName.AreOne(wanted, part)) return Ternary.False;
            isCertain = false;
        }
    }

    // The next part that means something; empty at the end.
    private static ReadOnlySpan<char> Next(ref ReadOnlySpan<char> path)
    {
        while (!path.IsEmpty)
        {
            var end = path.IndexOf('/');
            var part = end < 0 ? path : path[..end];
            path = end < 0 ? default : path[(end + 1)..];
            if (!part.IsEmpty && !part.SequenceEqual(".")) return part;
        }

        return default;
    }

    private protected override string Describe() => $"is under {JsonTexts.Quote(Folder)}";
}
