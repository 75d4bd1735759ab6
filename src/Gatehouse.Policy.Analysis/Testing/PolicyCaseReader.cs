using System.Globalization;
using System.Text;
using Gatehouse.Policy.Files;
using Gatehouse.Yaml;

namespace Gatehouse.Policy.Analysis.Testing;

/// <summary>Reads cases. All faults are reported, and a case with one is not among the results.</summary>
internal sealed class PolicyCaseReader(FaultList faults, string? server)
{
    private static readonly string[] Moments =
        ["yyyy-MM-dd'T'HH:mm:sszzz", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mmzzz", "yyyy-MM-dd'T'HH:mm'Z'"];
    private readonly HashSet<string> names = new(StringComparer.Ordinal);

    public IReadOnlyList<PolicyCase> Read(YamlList list, string path) =>
        [.. list.Items.Select((item, i) => ReadCase(item, $"{path}[{i}]")).OfType<PolicyCase>()];

    private PolicyCase? ReadCase(YamlNode node, string path)
    {
        if (PolicyMap.Read(node, path, PolicyCaseKeys.Case, faults) is not { } map) return null;
        var name = map.Text("name");
        if (name is not null && !names.Add(name)) map.Fault("name", "another case has this name already", "give each case a different name");
        var caller = map.Node("as") is { } who ? ReadCaller(who, map.PathOf("as"), faults) : null;
        var request = ReadRequest(map);
        var effect = ReadEffect(map);
        if (effect == PolicyEffect.Deny && map.Has("rule"))
            map.Fault("rule", "no rule decides deny", "remove 'rule', or expect permit or forbid");
        var approval = map.Switch("approval");
        if (approval is not null && effect is not (null or PolicyEffect.Permit))
            map.Fault("approval", "only a permitted request can need an approval", "remove 'approval', or expect permit");
        var tokenRefused = map.Switch("tokenRefused");
        if (tokenRefused == true && effect is not (null or PolicyEffect.Deny))
            map.Fault("tokenRefused", "the verdict on a refused token is deny", "remove 'tokenRefused', or expect deny");
        return name is null || caller is null || request is null || effect is null
            ? null : new PolicyCase(name, node.At.Line, caller, request.Value, effect.Value, map.Text("rule"))
            { Approval = approval, TokenRefused = tokenRefused };
    }

    private static PolicyEffect? ReadEffect(PolicyMap map)
    {
        if (map.Text("expect") is not { } text) return null;
        if (text is "permit" or "deny" or "forbid") return Enum.Parse<PolicyEffect>(text, ignoreCase: true);
        map.Fault("expect", "this is not a verdict", "write permit, deny or forbid");
        return null;
    }

    internal static PolicyCaller? ReadCaller(YamlNode node, string path, FaultList faults)
    {
        if (PolicyMap.Read(node, path, PolicyCaseKeys.Caller, faults) is not { } map) return null;
        return new PolicyCaller
        {
            Subject = map.Text("subject") ?? PolicyCaller.AnySubject,
            Issuer = map.Text("issuer") ?? PolicyCaller.AnyIssuer,
            Client = map.Text("client"),
            Roles = Names(map, "roles"),
            Groups = Names(map, "groups"),
            Scopes = Names(map, "scopes"),
            Strengths = Names(map, "strengths"),
            MoreGroups = map.Switch("moreGroups") ?? false,
            Rights = Names(map, "rights"),
            Claims = map.Node("claims") is { } claims ? YamlValues.Object(claims, map.PathOf("claims"), faults) : null,
        };
    }

    private static IReadOnlyList<string> Names(PolicyMap map, string key) => [.. map.Texts(key)?.Select(item => item.Text) ?? []];

    private PolicyRequest? ReadRequest(PolicyMap map)
    {
        var acts = PolicyCaseKeys.Acts.Select(key => key.Name).Where(map.Has).ToList();
        var words = string.Join(", ", PolicyCaseKeys.Acts.Select(key => key.Name));
        if (acts.Count != 1)
            map.Fault(acts.Count == 0 ? "the case names no request" : $"the case names several requests: {string.Join(" and ", acts)}", acts.Count == 0
                ? $"add one of {words}" : "write a separate case for each");
        var at = map.Text("server") ?? server;
        if (at is null) map.Fault("server", "no server is given", "add 'server' to the case, or above 'cases' for all of them");
        if (map.Has("with") && acts is not ["calls" or "gets"])
            map.Fault("with", "only a call of a tool and a prompt have arguments", "remove 'with'");
        var arguments = map.Node("with") is { } with ? YamlValues.Object(with, map.PathOf("with"), faults) : null;
        if (acts.Count != 1 || at is null || map.Text(acts[0]) is not { } name) return null;
        if (acts[0] == "isAskedFor" && !PolicyKeys.Directions.Skip(2).Take(4).Contains(name))
            map.Fault("isAskedFor", "servers do not send this request", "write sampling, elicitation, roots or logging");
        if (acts[0] == "sends" && PolicyRequests.NamesTarget(name))
            map.Fault("sends", "requests of this method name a tool, a prompt or a resource",
                "write calls, gets or reads with the name; the other verdicts about a name cannot be asked for");
        return PolicyRequests.For(acts[0], at, name) with
        {
            Arguments = arguments is null ? default : Encoding.UTF8.GetBytes(arguments.ToJsonString()),
            At = ReadMoment(map) ?? default,
        };
    }

    private static DateTimeOffset? ReadMoment(PolicyMap map)
    {
        if (map.Text("at") is not { } text) return null;
        if (DateTimeOffset.TryParseExact(text, Moments, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)) return moment;
        map.Fault("at", "this is not a time", "write it as \"2026-01-31T18:00:00Z\" or with an offset such as +01:00");
        return null;
    }
}
