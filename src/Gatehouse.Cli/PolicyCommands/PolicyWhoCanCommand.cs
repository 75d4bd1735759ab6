using System.CommandLine;
using Gatehouse.Cli.Output;
using Gatehouse.Policy;
using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Policy.Analysis.WhoCan;
using Gatehouse.Policy.Rules;
using Gatehouse.Text;
using Gatehouse.Yaml;

namespace Gatehouse.Cli.PolicyCommands;

/// <summary><c>gatehouse policy who-can</c>.</summary>
internal static class PolicyWhoCanCommand
{
    private static readonly Option<string?> Tool = new("--tool") { Description = "Only callers that may call this tool.", HelpName = "name" };
    private static readonly Option<string?> Prompt = new("--prompt") { Description = "Only callers that may get this prompt.", HelpName = "name" };
    private static readonly Option<string?> Resource = new("--resource") { Description = "Only callers that may read this resource.", HelpName = "uri" };
    private static readonly Option<string[]> Server = new("--server")
    { Description = "Server. Can be repeated. Default: the servers of the configuration, else those that the rules name.", HelpName = "name" };
    private static readonly Option<string?> Callers =
        new("--callers")
        {
            Description =
            "File of callers: 'version: 1' and 'callers:', each as under 'as' of a case. Default: one caller for each name in a rule.",
            HelpName = "file"
        };
    private static readonly Option<string?> Names = new("--names")
    { Description = "File of entries, one in each line: 'tool NAME', 'prompt NAME', 'resource URI'. Default: the entries that the rules name.", HelpName = "file" };
    private static readonly Option<string?> At =
        new("--at") { Description = "Time of the request. Without it conditions on time are part of 'depends'.", HelpName = "time" };

    public static Command Create()
    {
        var options = new PolicyOptions();
        var command = new Command("who-can",
            """
            Print the permissions of callers: a matrix of callers and entries, or the permits for one entry. The matrix leaves out what a
            caller may not use. With --json it has every answer. With a configuration, the scopes and issuers that the server asks for count as well.

            Examples:
              gatehouse policy who-can --policy team.yaml --server tracker --names tools.txt
              gatehouse policy who-can --policy team.yaml --server tracker --tool delete_issue
            """) { Tool, Prompt, Resource, Server, Callers, Names, At };
        options.AddTo(command);
        foreach (var entry in new[] { Tool, Prompt, Resource }) command.Refuse(entry, "it asks for the permits of one entry", Callers, Names, At);
        command.SetAction(parsed => Run(options, parsed));
        return command;
    }

    private static int Run(PolicyOptions options, ParseResult parsed)
    {
        if (options.Load(parsed) is not { } input) return ExitCodes.Usage;
        var servers = parsed.GetValue(Server) is { Length: > 0 } named ? named : input.Servers();
        if (!KnownServers.Check(servers, input)) return ExitCodes.Usage;
        if (servers.Count == 0) return Wrong("no server is known; give one with --server");
        var json = parsed.GetValue(options.Json);
        var single = Single(parsed, servers);
        if (single.Count > 0) return Ways(input, single, json);
        return Matrix(input, parsed, servers, json);
    }

    private static IReadOnlyList<PolicyResource> Single(ParseResult parsed, IReadOnlyList<string> servers) =>
    [
        .. from server in servers
           from pair in new[] { (PolicyTarget.Tool, parsed.GetValue(Tool)), (PolicyTarget.Prompt, parsed.GetValue(Prompt)),
               (PolicyTarget.Resource, parsed.GetValue(Resource)) }
           where pair.Item2 is not null
           select new PolicyResource(server, pair.Item1, pair.Item2),
    ];

    private static int Ways(PolicyInput input, IReadOnlyList<PolicyResource> things, bool json)
    {
        var ways = things.Select(thing => Way(input, thing)).ToList();
        if (json) JsonOutput.Write("ways", ways.Select(way => WaysJson(way.Thing, way.Requirements, way.Grants)).ToJsonArray());
        else foreach (var line in ways.SelectMany(way => Lines(way.Thing, way.Requirements, way.Grants))) Terminal.Row(line);
        return ExitCodes.Done;
    }

    private static (PolicyResource Thing, ServerRequirements Requirements, IReadOnlyList<PolicyGrant> Grants) Way(
        PolicyInput input, PolicyResource thing)
    {
        var requirements = new ServerRequirements(input.Settings, thing.Server);
        return (thing, requirements, [.. PolicyGrant.Find(input.Rules, thing).Where(grant => !requirements.ExcludesAllOf(grant.Rule))]);
    }

    private static IEnumerable<string> Lines(PolicyResource thing, ServerRequirements requirements, IReadOnlyList<PolicyGrant> grants)
    {
        yield return $"{thing}{(grants.Count == 0 ? ": no caller" : "")}";
        if (grants.Count > 0 && requirements.Issuers.Count > 0)
            yield return $"  only callers whose issuer is one of {string.Join(", ", requirements.Issuers)} (servers.{thing.Server}.issuers)";
        if (grants.Count > 0 && requirements.Scopes.Count > 0)
            yield return $"  only callers with every scope of {string.Join(", ", requirements.Scopes)} (servers.{thing.Server}.scopes)";
        foreach (var grant in grants)
        {
            yield return $"  {Speak(grant.Callers)} ({grant.Rule.Id}){When(grant.Conditions)}";
            foreach (var ask in grant.Approvals)
                yield return $"    with {(Confirms(ask.Rule) ? "confirmation" : "approval")}, for {Speak(ask.Callers)} ({ask.Rule.Id}){When(ask.Conditions)}";
            foreach (var but in grant.Reservations) yield return $"    but not {Speak(but.Callers)} ({but.Rule.Id}){When(but.Conditions)}";
        }
    }

    private static bool Confirms(PolicyRule rule) => rule.Approval is { Strength: ApprovalStrength.Confirm };

    private static string Speak(IReadOnlyList<string> callers) => callers.Count == 0 ? "anyone" : string.Join(", with ", callers);

    private static string When(IReadOnlyList<string> conditions) => conditions.Count == 0 ? "" : $", when {string.Join(" and ", conditions)}";

    private static JsonFields WaysJson(PolicyResource thing, ServerRequirements requirements, IReadOnlyList<PolicyGrant> grants) => new()
    {
        ["server"] = thing.Server,
        ["target"] = thing.Target.ToString().ToLowerInvariant(),
        ["name"] = thing.Name,
        ["issuers"] = requirements.Issuers.Count == 0 ? null : requirements.Issuers.ToJsonArray(), // an empty list would say that no issuer is accepted
        ["scopes"] = requirements.Scopes.ToJsonArray(),
        ["ways"] = grants.Select(WayJson).ToJsonArray(),
    };

    private static JsonFields WayJson(PolicyGrant grant) => new()
    {
        ["rule"] = grant.Rule.Id,
        ["callers"] = grant.Callers.ToJsonArray(),
        ["conditions"] = grant.Conditions.ToJsonArray(),
        ["approvals"] = grant.Approvals.Select(one => RuleJson(one, Confirms(one.Rule) ? "confirm" : "approval")).ToJsonArray(),
        ["but"] = grant.Reservations.Select(one => RuleJson(one, strength: null)).ToJsonArray(),
    };

    private static JsonFields RuleJson(ResidualCondition one, string? strength) => new()
    {
        ["rule"] = one.Rule.Id,
        ["strength"] = strength,
        ["callers"] = one.Callers.ToJsonArray(),
        ["conditions"] = one.Conditions.ToJsonArray(),
    };

    private static int Matrix(PolicyInput input, ParseResult parsed, IReadOnlyList<string> servers, bool json)
    {
        var faults = new FaultList();
        if (!QuestionOptions.TryMoment(parsed.GetValue(At), out var at)) return Wrong("--at is no time; use the form 2026-11-20T09:00:00Z");
        var callers = parsed.GetValue(Callers) is { } file ? ReadCallers(file, faults) : PolicyInventory.Callers(input.Rules);
        var things = parsed.GetValue(Names) is { } names ? ReadThings(names, servers, faults) : PolicyInventory.Things(input.Rules, servers);
        if (faults.Any)
        {
            FaultText.Print("the question", faults.ToList());
            return ExitCodes.Usage;
        }

        if (things.Count == 0)
            return Wrong(parsed.GetValue(Names) is null ? "the rules name no entry without a wildcard; give entries with --names or --tool" : "the file of --names has no entry");
        var matrix = new WhoCanRows(input, things, at, scopesAreKnown: parsed.GetValue(Callers) is not null);
        var rows = callers.Select(matrix.Of).ToList();
        if (json) JsonOutput.Write("matrix", rows.Select(static row => row.ToJson()).ToJsonArray());
        else foreach (var row in rows) row.Print();
        if (parsed.GetValue(Names) is null)
            Terminal.Note($"Only what the rules name without a wildcard was asked about: {Counted.Of(things.Count, "entry", "entries")}. Give others with --names.");
        return ExitCodes.Done;
    }

    private static IReadOnlyList<PolicyCaller> ReadCallers(string file, FaultList faults)
    {
        if (PolicyInput.ReadText(file, faults) is not { } text) return [];
        var inner = new FaultList();
        var callers = CallerFile.Read(text, inner);
        foreach (var fault in inner.ToList()) faults.Add(fault with { File = file });
        return callers;
    }

    private static IReadOnlyList<PolicyResource> ReadThings(string file, IReadOnlyList<string> servers, FaultList faults)
    {
        if (PolicyInput.ReadText(file, faults) is not { } text) return [];
        if (ResourceList.Read(text, servers, out var line) is { } things) return things;
        faults.Add(new ConfigurationFault(line, 1, "", "this line names no entry",
            $"write 'tool NAME', 'prompt NAME' or 'resource URI', at most {ResourceList.MostLines} lines")
        { File = file });
        return [];
    }

    private static int Wrong(string message)
    {
        Terminal.Fault(message);
        return ExitCodes.Usage;
    }
}
