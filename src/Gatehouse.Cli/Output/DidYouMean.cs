using Gatehouse.Text;

namespace Gatehouse.Cli.Output;

/// <summary>The end of a message about an unknown name: the known one that was probably meant.</summary>
internal static class DidYouMean
{
    /// <summary>Returns the words <c>; did you mean NAME?</c>, or nothing where no name is near.</summary>
    /// <param name="written">The unknown name.</param>
    /// <param name="known">The known names.</param>
    public static string Of(string written, IReadOnlyCollection<string> known) =>
        Nearest.Of(written, known) is { } near && near != written ? $"; did you mean {near}?" : "";
}
