using System.Text.Json;
using Gatehouse.Gateway.Registrations;
using Gatehouse.Gateway.Tests.Configuration;

namespace Gatehouse.Gateway.Tests.Registrations;

/// <summary>
/// The exercises of <c>docs/guides/entra/exercises.md</c>: each begins with the faults that the page names, and its answer has no fault.
/// </summary>
[Trait("Requirement", "EN-04")]
public sealed class EntraExerciseTests
{
    private const string Folder = "docs/guides/entra/exercises";

    public static TheoryData<string, string, string, string, string> Exercises => new()
    {
        {
            "1-local.json", "local", "my-profile", "",
            "public-client-credential local-web-platform multi-tenant no-redirect permission-over-broad"
        },
        {
            "2-remote.json", "remote", "getUserDetails", "",
            "fallback-public-client implicit-grant multi-tenant token-version graph-scope-as-own redirect-http redirect-left-over"
        },
        {
            "3-permissions.json", "remote", "list-mail send-mail", "grants 3-grants.json",
            "permission-wide permission-application permission-over-broad permission-missing permission-missing grant-wide grant-left-over "
                + "grant-left-over"
        },
        {
            "4-secretless.json", "remote", "getUserDetails", "federated 4-federated.json",
            "credential-expired credential-long-lived federated-wide-subject federated-audience"
        },
    };

    [Theory]
    [MemberData(nameof(Exercises))]
    public void AnExercise_HasTheFaultsOfThePage_AndItsAnswerHasNone(string file, string kind, string tools, string list, string rules)
    {
        var demands = new RegistrationDemands(Enum.Parse<RegisteredKind>(kind, ignoreCase: true), SampleRegistration.Now)
        {
            ServerUrl = kind == "remote" ? new Uri("https://mcp.example.com/mcp") : null,
            Operations = [.. tools.Split(' ').Select(static name => GraphPermissions.OperationOf(name)!)],
        };
        Assert.Equal(rules.Split(' '), RegistrationDoctor.Examine(Read("", file, list), demands).Select(static one => one.Rule.Id));
        Assert.Empty(RegistrationDoctor.Examine(Read("answers", file, list), demands));
        var page = File.ReadAllText(Repository.File("docs/guides/entra/exercises.md"));
        Assert.All(rules.Split(' ').Append(file), name => Assert.Contains($"{name}", page, StringComparison.Ordinal));
    }

    private static AppRegistration Read(string part, string file, string list)
    {
        JsonElement? other = list.Length == 0 ? null : Parse(part, list.Split(' ')[1]);
        var isGrants = list.StartsWith("grants", StringComparison.Ordinal);
        return RegistrationReader.Read(Parse(part, file), federated: isGrants ? null : other, grants: isGrants ? [other!.Value] : null);
    }

    private static JsonElement Parse(string part, string file) =>
        RegistrationReader.Parse(File.ReadAllBytes(Repository.File(Folder, part, file)));
}
