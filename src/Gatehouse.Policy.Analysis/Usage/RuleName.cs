using Gatehouse.Policy.Analysis.Recorded;
using Gatehouse.Policy.Matching;

namespace Gatehouse.Policy.Analysis.Usage;

/// <summary>One name in a list of a rule.</summary>
/// <param name="List">The list, as a policy writes it.</param>
/// <param name="Name">The name or pattern.</param>
internal sealed record RuleName(string List, string Name)
{
    /// <summary>Returns true when a request has something that the name matches.</summary>
    public bool Serves(RecordedRequest request)
    {
        var (caller, asked) = (request.Caller, request.Request);
        return List switch
        {
            "issuers" => Matches(caller.Issuer),
            "subjects" => Matches(caller.Subject),
            "clients" => Matches(caller.Client),
            "scopes" => caller.Scopes.Any(Matches),
            "roles" => caller.Roles.Any(Matches),
            "groups" => caller.Groups.Any(Matches),
            "strengths" => caller.Strengths.Any(Matches),
            "servers" => Matches(asked.Server),
            "tools" => asked.Target == PolicyTarget.Tool && Matches(asked.Name),
            "prompts" => asked.Target == PolicyTarget.Prompt && Matches(asked.Name),
            "methods" => Matches(asked.Method),
            _ => asked.Target == PolicyTarget.Resource && asked.Name is not null && UriPattern.Parse(Name).Matches(asked.Name),
        };
    }

    /// <inheritdoc />
    public override string ToString() => $"{List}: {Name}";

    private bool Matches(string? name) => name is not null && new NamePattern(Name).Matches(name);
}
