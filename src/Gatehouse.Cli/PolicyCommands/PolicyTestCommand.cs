using System.CommandLine;
using System.Text.Json.Nodes;
using Gatehouse.Cli.Output;
using Gatehouse.Gateway.Hosting;
using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Policy.Rules;
using Gatehouse.Settings;
using Gatehouse.Text;
using Gatehouse.Yaml;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary><c>gatehouse policy test</c>.</summary>
internal static class PolicyTestCommand
{
    public static Command Create()
    {
        var options = new PolicyOptions();
        var files = new Argument<string[]>("cases")
        { Description = "Files of cases. Default: NAME.tests.yaml beside each policy file, also beside those of policyFiles, and beside the configuration.", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("test",
            """
            Run the cases of a policy. The command explains failing cases, and lists the rules that no case uses. With a configuration,
            the scopes and issuers that the server asks for count as well.

            Examples:
              gatehouse policy test --policy team.yaml
              gatehouse policy test --config gatehouse.yaml cases.tests.yaml
            """) { files };
        options.AddTo(command);
        command.SetAction(parsed => Run(options, parsed, parsed.GetValue(files) ?? []));
        return command;
    }

    private static int Run(PolicyOptions options, ParseResult parsed, string[] named)
    {
        if (options.Load(parsed) is not { } input) return ExitCodes.Usage;
        var files = named.Length > 0 ? named : [.. input.Files.Select(PolicyCaseFile.BesideOf).Where(File.Exists)];
        if (files.Length == 0)
        {
            Terminal.Fault("there is no case to run");
            Terminal.Hint(input.Files.Count > 0
                ? $"write {PolicyCaseFile.BesideOf(input.Files[0])}, or give a file of cases" : "give a file of cases");
            return ExitCodes.Usage;
        }

        var faults = new FaultList();
        HashSet<string> rules = [.. input.Rules.Select(rule => rule.Id)];
        var cases = files.SelectMany(file => Read(file, rules, input.Settings, faults)).ToList();
        if (faults.Any)
        {
            FaultText.Print(string.Join(", ", files), faults.ToList());
            return ExitCodes.Usage;
        }

        // The cases of a preset have a server of their own, so that this is no fault.
        foreach (var server in cases.Select(static one => one.Request.Server).Distinct(StringComparer.Ordinal))
        {
            if (input.Settings is { } settings && settings.Server(server) is null)
                Terminal.Note($"Cases of {server} are judged by the rules only, because the configuration has no such server{DidYouMean.Of(server, input.Servers())}");
        }

        var run = PolicyTestRun.Of(input.Compile(), cases, one => new ServerRequirements(input.Settings, one.Request.Server).RefusalOf(one.Caller));
        var report = new PolicyTestReport(run, rules, input.Settings is not null);
        if (parsed.GetValue(options.Json)) JsonOutput.Write("tests", report.Json());
        else report.Print();
        return run.IsGood ? ExitCodes.Done : ExitCodes.No;
    }

    private static IReadOnlyList<PolicyCase> Read(string file, HashSet<string> rules, GatewaySettings? settings, FaultList faults)
    {
        if (PolicyInput.ReadText(file, faults) is not { } text) return [];
        var inner = new FaultList();
        var cases = PolicyCaseFile.Read(text, inner);
        HashSet<string> issuers = settings is null or { Development: true }
            ? [] : [.. IssuerProfiles.CallerIssuers(settings), PolicyCaller.AnyIssuer];
        foreach (var one in cases)
        {
            // The gateway refuses each token of an issuer that it does not have, and a case that expects a refusal would pass by a mistyped name.
            if (issuers.Count > 0 && !issuers.Contains(one.Caller.Issuer))
                inner.Add(new ConfigurationFault(one.Line, 1, "as.issuer", $"the configuration has no issuer with the name {one.Caller.Issuer}{DidYouMean.Of(one.Caller.Issuer, issuers)}", "name an issuer of the configuration"));
            // A right that no rule asks for changes nothing, and a case that expects a refusal would pass.
            foreach (var right in one.Caller.Rights.Where(right => !rules.Contains(right)))
                inner.Add(new ConfigurationFault(one.Line, 1, "as.rights", $"the policy has no rule {right}{DidYouMean.Of(right, rules)}", "name a rule that asks for a right ('access')"));
        }

        foreach (var fault in inner.ToList()) faults.Add(fault with { File = file });
        return [.. cases.Select(one => one with { Caller = ImpliedScopes.AddTo(one.Caller, settings) })];
    }
}
