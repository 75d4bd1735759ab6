using System.CommandLine;
using Gatehouse.Audit.Verification;
using Gatehouse.Audit.Verification.Logs;

namespace Gatehouse.Audit.Verifier;

/// <summary>The option <c>--archived</c>: entries of a log whose bundles are in the archive of the reader.</summary>
/// <param name="description">What the command does with them.</param>
internal sealed class ArchivedOption(string description)
{
    /// <summary>The option.</summary>
    public Option<string[]> Option { get; } = new("--archived") { Description = description, HelpName = "log:first-last" };

    /// <summary>Reads the ranges; null where one is none, which was reported.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="shown">Takes the fault.</param>
    public IReadOnlyList<ArchivedRange>? Read(ParseResult parsed, IShown shown)
    {
        ArgumentNullException.ThrowIfNull(parsed);
        ArgumentNullException.ThrowIfNull(shown);
        var ranges = new List<ArchivedRange>();
        foreach (var text in parsed.GetValue(Option) ?? [])
        {
            if (ArchivedRange.Parse(text) is { } range)
            {
                ranges.Add(range);
                continue;
            }

            shown.Fault(
                $"value '{text}' of --archived is not a range of entries of a log",
                "give the folder of the log and the first and last index, as log-0001:256-511");
            return null;
        }

        return ranges;
    }
}
