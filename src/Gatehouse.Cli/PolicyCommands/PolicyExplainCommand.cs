using System.CommandLine;
using Gatehouse.Cli.AuditCommands;
using Gatehouse.Cli.Output;
using Gatehouse.Policy.Explaining;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary><c>gatehouse policy explain</c>.</summary>
internal static class PolicyExplainCommand
{
    public static Command Create()
    {
        var options = new PolicyOptions();
        var question = new QuestionOptions();
        var recorded = new Option<string?>("--event")
        { Description = "Id of a recorded exchange. A refused caller receives it with the refusal.", HelpName = "id" };
        var log = new Option<string?>("--log")
        { Description = "Folder of the audit log. Default: the folder in the configuration.", HelpName = "folder" };
        var command = new Command("explain",
            """
            Explain a decision: print the rule that decides, and the unmet conditions of each permit that applies. With a configuration,
            the scopes that the server asks for count as well. The command exits with 1 unless the request is permitted.
            Of a recorded exchange it prints the recorded reasons, and the verdict of the policy. It exits with 1 unless that is a permit.

            Examples:
              gatehouse policy explain --policy team.yaml --as alice --role mcp-writer --server tracker --tool delete_issue
              gatehouse policy explain --config gatehouse.yaml --event 01kaf7z0
            """) { recorded, log };
        options.AddTo(command);
        question.AddTo(command);
        command.SetAction(parsed => parsed.GetValue(recorded) is { } id
            ? AuditFolder.Answer(() => EventExplanation.Run(options, parsed, id, parsed.GetValue(log)))
            : Run(options, question, parsed));
        return command;
    }

    private static int Run(PolicyOptions options, QuestionOptions question, ParseResult parsed)
    {
        if (options.Load(parsed) is not { } input) return ExitCodes.Usage;
        if (question.Read(parsed) is not { } asked || !KnownServers.Check([asked.Request.Server], input)) return ExitCodes.Usage;
        var explanation = input.Compile().Explain(asked.Caller.ToSubject(), asked.Request);
        var missing = MissingScopes(input, asked.Request.Server, asked.Caller.Scopes);
        if (parsed.GetValue(options.Json)) JsonOutput.Write("explanation", ExplanationJson.Of(explanation, missing));
        else foreach (var line in Lines(explanation, asked.Request.Server, missing)) Terminal.Row(line);
        return explanation.Decision.IsPermitted && missing.Count == 0 ? ExitCodes.Done : ExitCodes.No;
    }

    // The gateway asks for the scopes of the server before it asks the rules.
    private static List<string> MissingScopes(PolicyInput input, string server, IReadOnlyList<string> scopes) =>
        [.. input.Settings?.Servers.FirstOrDefault(one => one.Name == server)?.Scopes.Except(scopes, StringComparer.Ordinal) ?? []];

    private static IEnumerable<string> Lines(PolicyExplanation explanation, string server, List<string> missing)
    {
        if (missing.Count == 0) return ExplanationText.Lines(explanation);
        return
        [
            $"deny: insufficient_scope. servers.{server}.scopes asks for {string.Join(", ", missing)}, which the caller lacks; give --scope",
            "by the rules:", .. ExplanationText.Lines(explanation).Select(static line => "  " + line),
        ];
    }
}
