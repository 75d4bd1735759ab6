using System.Text.Json.Nodes;

namespace Gatehouse.Policy.Tests.Oracle;

/// <summary>A caller as the oracle knows it.</summary>
internal sealed record Caller(string Subject, string? Client, string[] Roles, string[] Groups, string[] Scopes, bool GroupsAreIncomplete,
    JsonObject Claims)
{
    public PolicySubject ToSubject()
    {
        var document = System.Text.Json.JsonDocument.Parse(Claims.ToJsonString()).RootElement;
        return new PolicySubject("https://issuer", Subject, Client, Scopes, Roles, Groups)
        {
            GroupsAreIncomplete = GroupsAreIncomplete,
            Claims = name => document.TryGetProperty(name, out var value) ? value : null,
        };
    }
}
