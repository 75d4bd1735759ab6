using System.Text.RegularExpressions;

namespace Gatehouse.Policy.Tests.Oracle;

/// <summary>A rule as the oracle reads it, and as it is written.</summary>
internal sealed record OracleRule(string Id, bool Forbids, IReadOnlyDictionary<string, string[]> Lists, OracleCondition[] When)
{
    private static readonly string[] Things = ["tools", "prompts", "resources"];

    /// <summary>True when the permit asks a person.</summary>
    public bool Asks { get; init; }

    public bool ReadsArguments => When.Any(condition => condition.ReadsArguments);

    /// <summary>True when the rule counts against (forbid) or for (permit) the request.</summary>
    public bool Counts(Caller caller, Question question)
    {
        if (question.IsOpen && Forbids && ReadsArguments) return false;
        var values = Who(caller).Concat([Of(Named("servers", question.Server)), Of(Directed(question)), Of(About(question))])
            .Select(value => new HashSet<Verdict> { value })
            .Concat(When.Select(condition => condition.Judge(caller, question))).ToList();
        return Forbids ? values.All(value => !value.Contains(Verdict.False)) : values.All(value => value.Contains(Verdict.True));
    }

    /// <summary>True when the rule asks a person about the request if it is permitted: where it would count as a forbid.</summary>
    public bool AsksAbout(Caller caller, Question question) => Asks && (this with { Forbids = true }).Counts(caller, question);

    public string ToYaml()
    {
        var lists = Lists.Select(list => $"{list.Key}: [{string.Join(", ", list.Value.Select(item => $"\"{item}\""))}]");
        var clause = string.Join(", ", Lists.Keys.Any(IsWho) || Forbids ? lists : lists.Prepend("anyone: true"));
        if (clause.Length == 0) clause = "anyone: true";
        var when = When.Length == 0 ? "" : $"\n    when: [{string.Join(", ", When.Select(condition => condition.ToYaml()))}]";
        var obligations = Asks ? "    obligations: { approval: { strength: approval } }\n" : "";
        return $"  - id: {Id}\n    {(Forbids ? "forbid" : "permit")}: {{ {clause} }}{when}\n{obligations}";
    }

    private static bool IsWho(string key) => key is "subjects" or "clients" or "roles" or "groups" or "scopes";

    private IEnumerable<Verdict> Who(Caller caller) =>
    [
        Of(Named("subjects", caller.Subject)),
        !Lists.ContainsKey("clients") ? Verdict.True : caller.Client is null ? Verdict.Undecidable : Of(Named("clients", caller.Client)),
        Of(NamesAny("roles", caller.Roles)),
        Of(NamesAny("scopes", caller.Scopes)),
        Lists.ContainsKey("groups") && caller.GroupsAreIncomplete ? Verdict.Undecidable : Of(NamesAny("groups", caller.Groups)),
    ];

    private bool Directed(Question question)
    {
        var directions = Lists.TryGetValue("directions", out var written) ? written : ["calls", "lists"];
        if (question.Target == PolicyTarget.None && question.Direction is PolicyDirection.Calls or PolicyDirection.Lists)
            return directions.Contains("calls") || directions.Contains("lists");
        return directions.Contains(
            question.Direction switch
            {
                PolicyDirection.Calls => "calls",
                PolicyDirection.Lists => "lists",
                PolicyDirection.Sampling => "sampling",
                _ => "elicitation"
            });
    }

    private bool About(Question question)
    {
        if (!Things.Any(Lists.ContainsKey)) return true;
        return question.Target switch
        {
            PolicyTarget.Tool => Lists.ContainsKey("tools") && Named("tools", question.Name!),
            PolicyTarget.Prompt => Lists.ContainsKey("prompts") && Named("prompts", question.Name!),
            PolicyTarget.Resource => Lists.ContainsKey("resources") && Named("resources", question.Name!),
            _ => !Forbids && question.Direction is PolicyDirection.Calls or PolicyDirection.Lists && !Forbids,
        };
    }

    private bool Named(string list, string name) => !Lists.TryGetValue(list, out var patterns) || patterns.Any(pattern => Glob(pattern, name));

    private bool NamesAny(string list, string[] names) => !Lists.ContainsKey(list) || names.Any(name => Named(list, name));

    private static bool Glob(string pattern, string name) =>
        Regex.IsMatch(name, "^" + Regex.Escape(pattern).Replace(@"\*", ".*", StringComparison.Ordinal) + @"\z", RegexOptions.Singleline);

    private static Verdict Of(bool value) => value ? Verdict.True : Verdict.False;
}
