using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Cli.Output;
using Gatehouse.Text;

namespace Gatehouse.Cli;

/// <summary><c>gatehouse version</c>.</summary>
internal static class VersionCommand
{
    private const int ShortCommit = 12;

    public static Command Create()
    {
        var json = CommonOptions.Json();
        var command = new Command("version", "Print the version and commit; with --json also the protocol revisions and format versions.") { json };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(json)) JsonOutput.Write("build", Facts());
            else PrintShort();
            return ExitCodes.Done;
        });
        return command;
    }

    private static JsonObject Facts() => new()
    {
        ["gatehouse"] = BuildFacts.Version,
        ["commit"] = BuildFacts.Commit,
        ["protocol"] = new JsonObject(BuildFacts.Protocol.Select(static era => KeyValuePair.Create(era.Key, (JsonNode?)era.Value.ToJsonArray()))),
        ["formats"] = new JsonObject(BuildFacts.Formats.Select(static format => KeyValuePair.Create(format.Key, (JsonNode?)format.Value))),
        ["runtime"] = BuildFacts.Runtime,
        ["platform"] = BuildFacts.Platform,
    };

    private static void PrintShort()
    {
        Terminal.Data($"gatehouse {BuildFacts.Version}, commit {Shortened(BuildFacts.Commit)}");
        Terminal.Data($"{BuildFacts.Runtime}, {BuildFacts.Platform}");
        foreach (var (era, revisions) in BuildFacts.Protocol) Terminal.Data($"MCP, {era} era: {string.Join(' ', revisions)}");
    }

    // A mark behind the hash, such as "-modified", stays.
    private static string Shortened(string commit)
    {
        var parts = commit.Split('-', 2);
        return parts[0].Length > ShortCommit ? string.Join('-', [parts[0][..ShortCommit], .. parts[1..]]) : commit;
    }
}
