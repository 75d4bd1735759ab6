using System.Text;
using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Policy.Files;
using Gatehouse.Policy.Presets;

namespace Gatehouse.Conventions.Tests.References;

/// <summary>The policy language as the page <c>docs/reference/policy.md</c>.</summary>
public static class PolicyReference
{
    private const string Opening =
        """
        # Policy reference

        Made from the table of keys in `src/Gatehouse.Policy/Files/PolicyKeys.cs`; a test keeps it so. How to write, test and change a policy is in
        [the operators' guide](../operators/policy.md). `gatehouse policy check` names every fault with line and remedy, `gatehouse policy schema`
        prints the [JSON Schema](policy.schema.json) for editors, with completion and hover texts.

        Rules stand in the list `policy` of the configuration, in files of their own that `policyFiles` names, or come from `policyPreset`. All rules
        together are the policy; their order decides nothing. Without a permit the answer is no; a forbid wins over every permit.

        <!-- policy -->
        ```yaml
        version: 1
        description: Analysts read the warehouse of their own region; nobody drops anything.
        rules:
          - id: analysts-read
            description: Analysts query, in their own region, at most 1000 rows, during working hours.
            permit:
              roles: [analyst]
              servers: [warehouse]
              tools: ["query_*", describe_table]
            when:
              - argument: region
                equalsClaim: region
              - argument: limit
                atMost: 1000
              - time: { days: [mon, tue, wed, thu, fri], from: "08:00", until: "18:00", zone: Europe/Berlin }
            obligations: { log: payload }
          - id: own-notes
            description: Everybody reads their own notes.
            permit:
              anyone: true
              resources: ["notes://{owner}/*"]
            when:
              - variable: owner
                equalsClaim: sub
          - id: no-drop
            description: Nobody drops a table.
            forbid:
              tools: ["drop_*"]
        ```

        ## How a condition is judged

        A condition is true, false or undecidable. It is undecidable when the value is missing, of another type than it is compared with, or read
        differently by different readers: a number that some round, a path with `..`. Undecidable never satisfies a permit and always satisfies a forbid;
        `not` leaves it as it is. `all` is false when one part is false, `any` is true when one part is true; otherwise one undecidable part makes the
        whole undecidable.

        What is written without quotes and looks like a number or a truth value is one: `equals: 5` and `equals: "5"` ask for different things.

        Lists show an entry when a permit holds with its conditions on arguments taken as satisfied, and no forbid holds that reads no arguments. The
        call itself is then judged with its arguments.


        """;

    /// <summary>The page, ending with a line break.</summary>
    public static string Render()
    {
        var page = new StringBuilder(Opening.ReplaceLineEndings("\n"));
        Append(page, "The file", "The list `policy` of the configuration has the same entries as `rules` here.", PolicyKeys.Document);
        Append(page, "A rule", "Each has exactly one of `permit` and `forbid`.", PolicyKeys.Rule);
        Append(page, "A clause",
            "Keys under `permit` or `forbid`. Every list that is given must contain a match. `*` matches any run of characters, except in scopes.",
            PolicyKeys.Clause);
        Append(page, "A condition", "An entry of `when`. Each has one of `argument`, `claim` and `variable` with one test, or is made of others.",
            PolicyKeys.Condition);
        Append(page, "A time", "Keys under `time`. Every key that is given must hold.", PolicyKeys.Time);
        Append(page, "Obligations", "Keys under `obligations` of a permit.", PolicyKeys.Obligations);
        Append(page, "An approval", "Keys under `approval`. Of several rules that ask about one call, the stricter value of each key counts.",
            PolicyKeys.Approval);
        Append(page, "A right for a time", "Keys under `access` of a permit.", PolicyKeys.Access);
        Append(page, "People", "Keys under `grantedBy`. Every list that is given must contain a match. `*` matches any run of characters, except in scopes.",
            PolicyKeys.Who);
        AppendTests(page);
        AppendPresets(page);
        return page.ToString();
    }

    private static void Append(StringBuilder page, string title, string introduction, IReadOnlyList<PolicyKey> keys)
    {
        page.Append("## ").Append(title).Append("\n\n").Append(introduction).Append("\n\n");
        page.Append("| key | value | meaning | example |\n|---|---|---|---|\n");
        foreach (var key in keys)
        {
            page.Append("| `").Append(key.Name).Append("` | ").Append(Kind(key)).Append(" | ").Append(key.Description)
                .Append(key.Required ? " Required." : "")
                .Append(" | ").Append(key.Example is null ? "" : $"`{key.Name}: {key.Example}`").Append(" |\n");
        }

        page.Append('\n');
    }

    private static void AppendTests(StringBuilder page)
    {
        Append(page, "A file of cases", "`NAME.tests.yaml` beside the policy `NAME.yaml`, for `gatehouse policy test`.", PolicyCaseKeys.Document);
        Append(page, "A case", "A case has exactly one of the keys that name a request. `server` may be given once for all cases of a file.",
            PolicyCaseKeys.Case);
        Append(page, "The caller of a case", "Keys under `as`: the content of the caller's token.", PolicyCaseKeys.Caller);
    }

    private static void AppendPresets(StringBuilder page)
    {
        page.Append("## Presets\n\n`policyPreset` takes one of these. Their texts are good places to start from.\n");
        foreach (var name in PolicyPresets.Names)
            page.Append("\n### ").Append(name).Append("\n\n<!-- policy -->\n```yaml\n").Append(PolicyPresets.Text(name).ReplaceLineEndings("\n"))
                .Append("```\n");
    }

    private static string Kind(PolicyKey key) => key.Kind switch
    {
        PolicyKeyKind.Choice => Words(key),
        PolicyKeyKind.Choices => "list of " + Words(key),
        PolicyKeyKind.Texts => "list of texts",
        PolicyKeyKind.Switch => "`true` or `false`",
        PolicyKeyKind.Number => "number",
        PolicyKeyKind.Literal => "text, number, `true` or `false`",
        PolicyKeyKind.Literals => "list of texts, numbers, `true`, `false`",
        PolicyKeyKind.Clause => "[clause](#a-clause)",
        PolicyKeyKind.Condition => "[condition](#a-condition)",
        PolicyKeyKind.Conditions => "list of [conditions](#a-condition)",
        PolicyKeyKind.Time => "[time](#a-time)",
        PolicyKeyKind.Obligations => "[obligations](#obligations)",
        PolicyKeyKind.Approval => "[approval](#an-approval)",
        PolicyKeyKind.Access => "[right for a time](#a-right-for-a-time)",
        PolicyKeyKind.People => "[people](#people)",
        PolicyKeyKind.Duration => "time span",
        PolicyKeyKind.Rules => "list of [rules](#a-rule)",
        PolicyKeyKind.Cases => "list of [cases](#a-case)",
        PolicyKeyKind.Caller => "[caller](#the-caller-of-a-case)",
        PolicyKeyKind.Values => "a mapping of values",
        _ => "text",
    };

    private static string Words(PolicyKey key) => string.Join(", ", key.Allowed.Select(word => $"`{word}`"));
}
