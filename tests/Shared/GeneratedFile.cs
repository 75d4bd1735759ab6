namespace Gatehouse.Tests.Shared;

/// <summary>
/// The comparison of a committed file with what the code renders. The message has the file, the difference and the command that writes the file.
/// </summary>
internal static class GeneratedFile
{
    /// <summary>Fails when the content differs or the file is missing.</summary>
    /// <param name="path">The file, relative to the root of the checkout.</param>
    /// <param name="there">Its content; null when it is missing.</param>
    /// <param name="expected">The content that the code renders.</param>
    /// <param name="only">The word for <c>./test --only</c>: the name of the test, or its project.</param>
    public static void RequireEqual(string path, string? there, string expected, string only)
    {
        if (there == expected) return;
        Assert.Fail($"{path} {(there is null ? "is missing" : "is not what the code says")}. Write it with GATEHOUSE_UPDATE=1 ./test --only {only} "
            + $"and review the difference.{(there is null ? "" : "\n" + FirstDifference(there, expected))}");
    }

    private static string FirstDifference(string there, string expected)
    {
        var (left, right) = (there.Split('\n'), expected.Split('\n'));
        var at = Enumerable.Range(0, Math.Max(left.Length, right.Length)).First(i => left.ElementAtOrDefault(i) != right.ElementAtOrDefault(i));
        return $"line {at + 1}\n  there: {left.ElementAtOrDefault(at)}\n  code:  {right.ElementAtOrDefault(at)}";
    }
}
