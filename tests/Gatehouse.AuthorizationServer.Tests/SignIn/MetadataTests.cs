using System.Text.Json;
using Gatehouse.AuthorizationServer.Protocol;
using Gatehouse.Settings;

namespace Gatehouse.AuthorizationServer.Tests.SignIn;

/// <summary>The metadata document is what clients decide by (RFC 8414 §3.3, OpenID Connect Discovery §4).</summary>
public sealed class MetadataTests : IDisposable
{
    private readonly SignInServer server = new();

    public void Dispose() => server.Dispose();

    [Theory]
    [InlineData(Routes.Metadata)]
    [InlineData(Routes.OpenIdMetadata)]
    [Trait("Requirement", "A26")]
    [Trait("Requirement", "C18")]
    [Trait("Requirement", "C20")]
    public async Task Document_AnnouncesWhatIsDemanded(string path)
    {
        var metadata = await ReadAsync(path);
        Assert.Equal(SignInServer.Origin, Text(metadata, "issuer"));
        Assert.Equal(["S256"], List(metadata, "code_challenge_methods_supported"));
        Assert.Equal(["code"], List(metadata, "response_types_supported"));
        Assert.Equal(["authorization_code", "refresh_token"], List(metadata, "grant_types_supported"));
        Assert.Contains("none", List(metadata, "token_endpoint_auth_methods_supported"));
        Assert.True(metadata.GetProperty("authorization_response_iss_parameter_supported").GetBoolean());
        Assert.True(metadata.GetProperty("client_id_metadata_document_supported").GetBoolean());
        Assert.Equal(["login", "consent", "select_account"], List(metadata, "prompt_values_supported"));
        Assert.DoesNotContain("offline_access", List(metadata, "scopes_supported"));
    }

    [Fact]
    public async Task Document_NamesRoutesThatAreThere_AndRegistrationOnlyWhereItIsOn()
    {
        var metadata = await ReadAsync(Routes.Metadata);
        foreach (var (name, path) in new[]
        {
            ("authorization_endpoint", Routes.Authorize), ("token_endpoint", Routes.Token), ("revocation_endpoint", Routes.Revoke),
            ("introspection_endpoint", Routes.Introspect), ("jwks_uri", Routes.Keys),
        })
            Assert.Equal(SignInServer.Origin + path, Text(metadata, name));
        Assert.False(metadata.TryGetProperty("registration_endpoint", out _));

        var section = server.Settings.AuthorizationServer! with
        {
            Registration = new ClientRegistrationSettings { RedirectHosts = [] },
            ClientDocuments = false,
        };
        server.Settings = server.Settings with { AuthorizationServer = section };
        metadata = await ReadAsync(Routes.Metadata);
        Assert.Equal(SignInServer.Origin + Routes.Register, Text(metadata, "registration_endpoint"));
        Assert.False(metadata.GetProperty("client_id_metadata_document_supported").GetBoolean());
    }

    // TypeScript clients refuse a document of OpenID Connect without these members; a document of RFC 8414 says nothing of ID tokens.
    [Fact]
    public async Task Document_SaysOfIdTokensOnlyWhatOpenIdConnectDemands()
    {
        string[] more = ["subject_types_supported", "id_token_signing_alg_values_supported"];
        var (plain, openId) = (Names(await ReadAsync(Routes.Metadata)), Names(await ReadAsync(Routes.OpenIdMetadata)));
        Assert.Equal(plain.Concat(more).Order(), openId.Order());
        server.Settings = server.Settings with { Servers = [server.Settings.Servers[0] with { Scopes = [] }] };
        Assert.Equal(plain.Where(name => name != "scopes_supported").Order(), Names(await ReadAsync(Routes.Metadata)).Order());
    }

    private static List<string> Names(JsonElement metadata) => [.. metadata.EnumerateObject().Select(member => member.Name)];

    private async Task<JsonElement> ReadAsync(string path)
    {
        var answer = await server.Browser().GetAsync(path);
        Assert.Equal(200, answer.Status);
        return JsonDocument.Parse(answer.Body).RootElement;
    }

    private static string? Text(JsonElement metadata, string name) => metadata.GetProperty(name).GetString();

    private static IEnumerable<string?> List(JsonElement metadata, string name) =>
        metadata.GetProperty(name).EnumerateArray().Select(item => item.GetString());
}
