using System.CommandLine;
using System.Text.RegularExpressions;

namespace Gatehouse.Cli.Output;

/// <summary>
/// Commands that a remedy proposes. A remedy comes from parts that do not know how the gateway was found, so the option of the command that runs is
/// added: without it the proposed command would read another configuration.
/// </summary>
internal static partial class ProposedCommands
{
    private static readonly AsyncLocal<string?> Place = new();

    /// <summary>Takes the option by which the command that runs finds its gateway; none when it has none.</summary>
    public static void Use(ParseResult parsed)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        Place.Value = parsed.CommandResult.Command.Options.OfType<Option<string?>>().Where(option => option.Name == "--config")
            .Select(parsed.GetValue).FirstOrDefault(value => value is not null) is { } path ? $" --config {Quoted(path)}" : null;
    }

    /// <summary>Returns the text with the option behind each command that takes it.</summary>
    public static string Complete(string text) => Place.Value is { } option ? Proposed().Replace(text, match => match.Value + option) : text;

    private static string Quoted(string path) =>
        PlainPath().IsMatch(path) ? path : $"'{path.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    // The name of a secret is taken whole, so that nothing is put into the middle of one.
    [GeneratedRegex("gatehouse (?>serve|reload|status|config check|doctor identity|approval list|secret list|secret set [A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?)"
        + "(?![A-Za-z0-9-]| --config)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Proposed();

    [GeneratedRegex(@"^[A-Za-z0-9._/~+=:@,-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainPath();
}
