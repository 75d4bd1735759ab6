using Gatehouse.Policy.Files;
using Gatehouse.Policy.Rules;

namespace Gatehouse.Gateway.Tests.Decisions;

/// <summary>
/// The Todo scenario of the AuthZEN working group: five people, four roles, five actions. The decisions are derived here from the
/// scenario's own description of its roles, and the policy for it is written in the policy language.
/// </summary>
internal static class TodoScenario
{
    /// <summary>The people: their ids (the tokens' subjects), addresses and roles.</summary>
    public static IReadOnlyList<(string Id, string Mail, string[] Roles)> People { get; } =
    [
        (Subject('A'), "rick@the-citadel.com", ["admin", "evil_genius"]),
        (Subject('E'), "morty@the-citadel.com", ["editor"]),
        (Subject('I'), "summer@the-smiths.com", ["editor"]),
        (Subject('M'), "beth@the-smiths.com", ["viewer"]),
        (Subject('Q'), "jerry@the-smiths.com", ["viewer"]),
    ];

    private static string Rick => People[0].Id;

    /// <summary>The policy. What the scenario takes from its directory of people stands in the rules, as the scenario allows.</summary>
    public static string Policy { get; } =
        $$"""
        version: 1
        description: The Todo scenario of the AuthZEN working group.
        rules:
          - id: everybody-reads
            permit: { anyone: true, servers: [todo, user], tools: [can_read_user, can_read_todos] }
          - id: editors-create
            permit: { subjects: [{{Rick}}, {{People[1].Id}}, {{People[2].Id}}], servers: [todo], tools: [can_create_todo] }
          - id: admin-deletes-genius-updates
            permit: { subjects: [{{Rick}}], servers: [todo], tools: [can_update_todo, can_delete_todo] }
          - id: morty-owns
            permit: { subjects: [{{People[1].Id}}], servers: [todo], tools: [can_update_todo, can_delete_todo] }
            when: [{ argument: /resource/properties/ownerID, equals: {{People[1].Mail}} }]
          - id: summer-owns
            permit: { subjects: [{{People[2].Id}}], servers: [todo], tools: [can_update_todo, can_delete_todo] }
            when: [{ argument: /resource/properties/ownerID, equals: {{People[2].Mail}} }]
        """;

    /// <summary>What the scenario's description of its roles says.</summary>
    public static bool Expected(string[] roles, string action, bool owns) => action switch
    {
        "can_read_user" or "can_read_todos" => true,
        "can_create_todo" => roles.Contains("admin") || roles.Contains("editor"),
        "can_update_todo" => roles.Contains("evil_genius") || (roles.Contains("editor") && owns),
        "can_delete_todo" => roles.Contains("admin") || (roles.Contains("editor") && owns),
        _ => false,
    };

    /// <summary>The rules of a policy text; every fault fails the test.</summary>
    public static IReadOnlyList<PolicyRule> Rules(string policy)
    {
        var faults = new FaultList();
        var rules = PolicyFile.Read(policy, "todo.yaml", new PolicyNames(["up", "todo", "user", "record"], []), faults);
        Assert.Empty(faults.ToList());
        return rules;
    }

    // The ids differ in one letter.
    private static string Subject(char which) => $"CiRmZD{which}2MTRkMy1jMzlhLTQ3ODEtYjdiZC04Yjk2ZjVhNTEwMGQSBWxvY2Fs";
}
