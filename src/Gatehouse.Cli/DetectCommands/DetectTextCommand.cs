using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Cli.Output;
using Gatehouse.Text;

namespace Gatehouse.Cli.DetectCommands;

/// <summary><c>gatehouse detect text</c>.</summary>
internal static class DetectTextCommand
{
    public static Command Create()
    {
        var options = new DetectOptions();
        var text = new Argument<string?>("text")
        { Description = "The text. Without it: standard input, at most 4 MiB.", Arity = ArgumentArity.ZeroOrOne };
        var command = new Command("text",
            """
            Judge one text as the gateway would judge it in a message, and print each finding. The command shows the reason, the passage,
            the reading in which it was found, and what each preset would do. The command works offline and keeps nothing.

            Other accounts of this machine may see the words of a command line: give a confidential text on standard input.

            Examples:
              gatehouse detect text "Ignore all previous instructions."
              gatehouse detect text --place resource --config gatehouse.yaml --server tickets < page.txt

            Exit codes: 0 nothing found, 1 findings, 2 wrong command line or configuration, 3 the input cannot be read.
            """) { text };
        options.AddTo(command);
        command.SetAction(parsed => Run(options, parsed, parsed.GetValue(text)));
        return command;
    }

    private static int Run(DetectOptions options, ParseResult parsed, string? given)
    {
        if (!options.TryLoad(parsed, out var configured)) return ExitCodes.Usage;
        if (given is null && !Console.IsInputRedirected)
        {
            Terminal.Fault("there is no text");
            Terminal.Hint("give it as an argument or on standard input");
            return ExitCodes.Usage;
        }

        var bytes = given is null ? ReadInput() : Encoding.UTF8.GetBytes(given);
        if (bytes is null) return ExitCodes.Unavailable;
        var text = InspectedText.OfText(bytes, options.PlaceOf(parsed));
        var report = options.ReportOf(parsed, text, configured);
        if (parsed.GetValue(options.Json)) JsonOutput.Write("detection", Json(text, report));
        else Print(text, report);
        return report.Findings.Count == 0 ? ExitCodes.Done : ExitCodes.No;
    }

    private static byte[]? ReadInput()
    {
        using var input = Console.OpenStandardInput();
        var bytes = new byte[InspectedText.MostBytes + 1];
        var count = input.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        var fault = count > InspectedText.MostBytes ? "the input is larger than 4 MiB"
            : InspectedText.IsText(bytes.AsSpan(0, count)) ? null : "the input is not valid UTF-8";
        if (fault is null) return bytes[..count];
        Terminal.Fault(fault);
        return null;
    }

    private static void Print(InspectedText text, FindingReport report)
    {
        var isFirst = true;
        foreach (var finding in report.Findings)
        {
            if (!isFirst) Terminal.Data("");
            isFirst = false;
            Terminal.Lines(report.Lines(finding));
        }

        if (isFirst) Terminal.Row(FindingReport.NothingFound(text.Judgement, text.Place));
        else Terminal.Note($"{Counted.Of(report.Findings.Count, "finding")}. A finding is an opinion, and it may be wrong: read the text.");
    }

    private static JsonObject Json(InspectedText text, FindingReport report) => new JsonFields
    {
        ["place"] = Words.Of(text.Place),
        ["findings"] = report.Findings.Select(report.Json).ToJsonArray(),
        ["score"] = double.IsNegativeInfinity(text.Judgement.Score) ? null : text.Judgement.Score,
        ["thresholds"] = FindingReport.ThresholdsJson(text.Place),
        ["unread"] = text.Judgement.IsUnread,
    };
}
