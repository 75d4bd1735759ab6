using System.CommandLine;
using Gatehouse.Cli.Output;
using Gatehouse.Detection.Findings;
using Gatehouse.Inventory.Model;
using Gatehouse.Refusals;

namespace Gatehouse.Cli;

/// <summary><c>gatehouse explain CODE</c>.</summary>
internal static class ExplainCommand
{
    public static Command Create()
    {
        var code = new Argument<string?>("code")
        {
            Description = "Code of a refusal, such as GH4003, or of a finding, such as GHS2001. Without a code: all codes of refusals.",
            Arity = ArgumentArity.ZeroOrOne
        };
        var json = CommonOptions.Json();
        var command = new Command("explain", "Explain a code and its remedy.\n\nExample:\n  gatehouse explain GH4003") { code, json };
        command.SetAction(parsed => Run(parsed.GetValue(code), parsed.GetValue(json)));
        return command;
    }

    private static int Run(string? code, bool json)
    {
        if (code is null)
        {
            if (json) JsonOutput.Write("reasons", Reasons.All);
            else foreach (var reason in Reasons.All) Terminal.Data($"{reason.Code}  {reason.Slug,-28}  {reason.Message}");
            return ExitCodes.Done;
        }

        if (FindingRules.Find(code) is { } rule)
        {
            if (json) JsonOutput.Write("finding", rule);
            else Print(rule);
            return ExitCodes.Done;
        }

        if (Reasons.Find(code) is not { } found)
        {
            Terminal.Fault($"the code {code} does not exist");
            Terminal.Hint("see all codes with: gatehouse explain");
            return ExitCodes.No;
        }

        if (json) JsonOutput.Write("reason", found);
        else Print(found);
        return ExitCodes.Done;
    }

    private static void Print(FindingRule rule)
    {
        Terminal.Data($"{rule.Id}  {rule.Name}  ({rule.Severity.ToString().ToLowerInvariant()})");
        Terminal.Data("");
        Terminal.Data($"Why it matters:  {rule.Reason}");
        Terminal.Data($"What to do:      {rule.Remedy}");
        Terminal.Data($"Page:            {rule.HelpPage}");
    }

    private static void Print(Reason reason)
    {
        Terminal.Data($"{reason.Code}  {reason.Slug}  (stage {reason.Stage})");
        Terminal.Data("");
        Terminal.Data($"The caller receives: {reason.Message}");
        Terminal.Data($"The caller can:       {reason.Remedy}");
        Terminal.Data($"For the operator:     {reason.Operator}");
        Terminal.Data($"On the wire:          HTTP {reason.Status(modern: false)} (legacy), {reason.Status(modern: true)} (2026-07-28); "
            + (reason.Shape == ReplyShape.JsonRpcError ? $"JSON-RPC error {reason.JsonRpcCode}" : reason.Shape == ReplyShape.Challenge
            ? $"challenge and JSON-RPC error {reason.JsonRpcCode}" : "no body"));
    }
}
