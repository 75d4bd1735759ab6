using System.Text.RegularExpressions;
using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.Gateway.Registrations;
using Gatehouse.Gateway.Tests.Configuration;

namespace Gatehouse.Gateway.Tests.Registrations;

/// <summary>
/// The texts of <c>az</c> and Bicep in the guide, which no test can run: their ids, scopes, redirect URIs, names and settings are those of the
/// samples and of the table of permissions.
/// </summary>
[Trait("Requirement", "EN-03")]
[Trait("Requirement", "EN-04")]
public sealed partial class EntraGuideTextTests
{
    private const string Folder = "docs/guides/entra";

    // The commands of az that the pages and the findings use.
    private static readonly string[] Commands =
    [
        "account show", "ad app create", "ad app show", "ad app update", "ad app owner add", "ad app owner list", "ad app credential delete",
        "ad app credential list", "ad app credential reset", "ad app permission add", "ad app permission admin-consent", "ad app permission delete",
        "ad app permission list-grants", "ad app federated-credential create", "ad app federated-credential list",
        "ad app federated-credential update", "ad sp create", "aks show", "identity create", "identity show", "rest",
    ];

    private static readonly Dictionary<string, string> Pages = Directory.EnumerateFiles(Repository.File(Folder), "*.md")
        .ToDictionary(static path => Path.GetFileName(path), File.ReadAllText, StringComparer.Ordinal);

    public static TheoryData<string> PageNames => [.. Pages.Keys];

    [Theory]
    [MemberData(nameof(PageNames))]
    public void EveryId_IsThatOfMicrosoftGraphOrOfAKnownPermission_OrAPlaceholder(string page)
    {
        var known = GraphPermissions.All.SelectMany(static one => new[] { one.Delegated, one.Application }).OfType<Guid>()
            .Append(GraphPermissions.Graph).Append(GraphPermissions.RetiredGraph).ToHashSet();
        foreach (Match match in AnyId().Matches(Pages[page]))
        {
            var id = Guid.Parse(match.Value);
            Assert.True(known.Contains(id) || match.Value.StartsWith("11111111-", StringComparison.Ordinal)
                || match.Value.StartsWith("33333333-", StringComparison.Ordinal), $"{page}: {id} is no id of the table");
        }
    }

    [Fact]
    public void EachRequestedPermission_IsTheSmallestOfTheToolOfTheSamples_AndHasItsName()
    {
        var smallest = GraphPermissions.Of(GraphPermissions.OperationOf("getUserDetails")!.Permission)!;
        foreach (var page in (string[])["local.md", "remote.md"])
        {
            var asked = AzPermission().Matches(Pages[page]).Concat(BicepPermission().Matches(Pages[page])).ToList();
            Assert.Equal(2, asked.Count);
            Assert.All(asked, match => Assert.Equal(
                (smallest.Delegated, "Scope"), (Guid.Parse(match.Groups["id"].Value), match.Groups["type"].Value)));
            Assert.Contains($"type: 'Scope' }} // {smallest.Name}", Pages[page], StringComparison.Ordinal);
        }

        Assert.Contains($"Scopes = [\"{smallest.Name}\"]", Sample("EntraLocalServer/SignIn.cs"), StringComparison.Ordinal);
        Assert.Contains($"\"https://graph.microsoft.com/{smallest.Name}\"", Sample("EntraRemoteServer/EntraTokens.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void EachRedirectUri_IsThatOfTheSampleOrOfTheGateway()
    {
        var callback = CallbackOfSample().Match(Sample("EntraRemoteServer/EntraSignIn.cs")).Groups["path"].Value;
        string[] remote = [$"https://mcp.example.com{callback}", $"https://mcp.example.com{Routes.Callback}corp"];
        Assert.Equal([remote[0], remote[0], remote[1]], Redirects("remote.md").Order(StringComparer.Ordinal));
        Assert.Contains($"name: corp ", Sample("EntraRemoteServer/gatehouse.yaml"), StringComparison.Ordinal);
        Assert.All(Redirects("local.md"), static uri => Assert.Equal("http://localhost", uri));
        Assert.Contains("WithRedirectUri(\"http://localhost\")", Sample("EntraLocalServer/SignIn.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void ScopeRoleAndTools_AreThoseOfTheSamples()
    {
        var page = Pages["remote.md"];
        var scope = Setting("EntraRemoteServer/appsettings.json", "Scope");
        var role = RoleOfSample().Match(Sample("EntraRemoteServer/Settings.cs")).Groups["role"].Value;
        Assert.Equal(3, Regex.Count(page, $"""(?:"value": "|value: '|guid\('remote-mcp-server', '){Regex.Escape(scope)}["']"""));
        Assert.Equal(3, Regex.Count(page, $"""(?:"value": "|value: '|guid\('remote-mcp-server', '){Regex.Escape(role)}["']"""));
        Assert.Contains("Name = \"GetUserDetailsFromGraph\"", Sample("EntraLocalServer/GraphTools.cs"), StringComparison.Ordinal);
        Assert.Contains("Name = \"getUserDetails\"", Sample("EntraRemoteServer/UserTools.cs"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("local.md", "EntraLocalServer")]
    [InlineData("remote.md", "EntraRemoteServer")]
    [InlineData("secretless.md", "EntraRemoteServer")]
    public void EachSetting_IsOneOfTheSample(string page, string sample)
    {
        var readme = Sample($"{sample}/README.md");
        var names = Exported().Matches(Pages[page]).Select(static match => match.Groups["name"].Value).Distinct().ToList();
        Assert.NotEmpty(names);
        Assert.All(names, name => Assert.Contains($"`{name.Replace("__", ":", StringComparison.Ordinal)}`", readme, StringComparison.Ordinal));
    }

    [Fact]
    public void EachName_IsTheSameInAzAndBicep()
    {
        foreach (var (page, name) in (ReadOnlySpan<(string, string)>)[("local.md", "Local MCP server"), ("remote.md", "Remote MCP server")])
        {
            var unique = name.ToLowerInvariant().Replace(' ', '-');
            Assert.Contains($"--display-name \"{name}\"", Pages[page], StringComparison.Ordinal);
            Assert.Contains($"displayName: '{name}'", Pages[page], StringComparison.Ordinal);
            Assert.Contains($"uniqueName: '{unique}'", Pages[page], StringComparison.Ordinal);
            Assert.Contains($"Name it `{name}`", Pages[page], StringComparison.Ordinal);
        }
    }

    [Fact]
    public void EachCommandOfAz_AndEachOptionOfTheDoctor_IsKnown()
    {
        var findings = RegistrationDoctor.Rules.Select(static rule => rule.Remedy);
        foreach (var text in Pages.Values.Concat(findings))
        {
            foreach (Match match in AzCommand().Matches(text))
                Assert.Contains(Commands, command => $"{match.Groups["words"].Value} ".StartsWith($"{command} ", StringComparison.Ordinal));
            foreach (Match match in Tool().Matches(text)) Assert.NotNull(GraphPermissions.OperationOf(match.Groups["name"].Value));
            foreach (Match match in Kind().Matches(text)) Assert.True(Enum.TryParse<RegisteredKind>(match.Groups["kind"].Value, true, out _));
        }
    }

    private static IEnumerable<string> Redirects(string page) =>
        AzRedirect().Matches(Pages[page]).Concat(BicepRedirect().Matches(Pages[page])).Select(static match => match.Groups["uri"].Value);

    private static string Setting(string file, string name) => Regex.Match(Sample(file), $"\"{name}\": \"(?<value>[^\"]+)\"").Groups["value"].Value;

    private static string Sample(string file) => File.ReadAllText(Repository.File("samples", file));

    [GeneratedRegex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")]
    private static partial Regex AnyId();

    [GeneratedRegex("--api-permissions (?<id>[0-9a-f-]{36})=(?<type>[A-Za-z]+)")]
    private static partial Regex AzPermission();

    [GeneratedRegex(@"\{ id: '(?<id>[0-9a-f-]{36})', type: '(?<type>[A-Za-z]+)' \}")]
    private static partial Regex BicepPermission();

    [GeneratedRegex("--(?:web|public-client)-redirect-uris (?<uri>[^ ]+)")]
    private static partial Regex AzRedirect();

    [GeneratedRegex(@"redirectUris: \[ '(?<uri>[^']+)' \]")]
    private static partial Regex BicepRedirect();

    [GeneratedRegex("Callback = \"(?<path>[^\"]+)\"")]
    private static partial Regex CallbackOfSample();

    [GeneratedRegex("Role = \"(?<role>[^\"]+)\"")]
    private static partial Regex RoleOfSample();

    [GeneratedRegex("^export (?<name>[A-Za-z_]+)=", RegexOptions.Multiline)]
    private static partial Regex Exported();

    [GeneratedRegex(@"\baz (?<words>[a-z][a-z-]*(?: [a-z][a-z-]*)*)")]
    private static partial Regex AzCommand();

    [GeneratedRegex("--tool (?<name>[A-Za-z-]+)")]
    private static partial Regex Tool();

    [GeneratedRegex("--kind (?<kind>[a-z]+)")]
    private static partial Regex Kind();
}
