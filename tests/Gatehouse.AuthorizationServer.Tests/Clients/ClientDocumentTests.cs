using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.AuthorizationServer.Clients;
using Gatehouse.Identity.Redirects;
using Gatehouse.Testing;

namespace Gatehouse.AuthorizationServer.Tests.Clients;

public sealed class ClientDocumentTests
{
    private const string Url = "https://app.example/oauth/client.json";

    [Theory]
    [InlineData("https://app.example/client.json")]
    [InlineData("https://app.example:8443/a/b/client.json")]
    [InlineData("https://vscode.dev/oauth/client-metadata.json")]
    [InlineData("https://claude.ai/oauth/claude-code-client-metadata")]
    [InlineData("https://xn--bcher-kva.example/client")]
    [Trait("Requirement", "C13")]
    public void ClientId_IsAnAddress(string clientId)
    {
        Assert.True(ClientDocumentUrl.TryParse(clientId, out var url));
        Assert.Equal(clientId, url.Address.AbsoluteUri);
    }

    [Theory]
    [InlineData("http://app.example/client.json")]
    [InlineData("HTTPS://app.example/client.json")]
    [InlineData("https://APP.example/client.json")]
    [InlineData("https://app.example")]
    [InlineData("https://app.example/")]
    [InlineData("https://app.example:443/client.json")]
    [InlineData("https://app.example/client.json#x")]
    [InlineData("https://app.example/client.json?x=1")]
    [InlineData("https://user@app.example/client.json")]
    [InlineData("https://user:pw@app.example/client.json")]
    [InlineData("https://app.example/a/./client.json")]
    [InlineData("https://app.example/a/../client.json")]
    [InlineData("https://app.example/a/%2e%2E/client.json")]
    [InlineData("https://app.example/a/.%2e/client.json")]
    [InlineData("https://app.example/..")]
    [InlineData("https://app.example\\x/client.json")]
    [InlineData("https://app.example/cl ient.json")]
    [InlineData("https://app.example/client\n.json")]
    [InlineData("https://bücher.example/client.json")]
    [InlineData("https://127.0.0.1/client.json")]
    [InlineData("https://169.254.169.254/latest/meta-data")]
    [InlineData("https://0x7f000001/client.json")]
    [InlineData("https://2130706433/client.json")]
    [InlineData("https://127.1/client.json")]
    [InlineData("https://[::1]/client.json")]
    [InlineData("https://localhost/client.json")]
    [InlineData("https://intranet/client.json")]
    [InlineData("https:///client.json")]
    [InlineData("https://")]
    [Trait("Requirement", "C13")]
    [Trait("Requirement", "C15")]
    public void ClientId_IsRefused_WhenAnotherReaderCouldSeeAnotherAddress(string clientId) =>
        Assert.False(ClientDocumentUrl.TryParse(clientId, out _));

    [Fact]
    [Trait("Requirement", "C13")]
    public void ClientId_HasALongestText() =>
        Assert.False(ClientDocumentUrl.TryParse("https://app.example/" + new string('a', ClientDocumentUrl.LongestText), out _));

    [Fact]
    [Trait("Requirement", "C13")]
    public void Document_GivesAPublicClient_WhoseHostVouchesForItsName()
    {
        Assert.Equal(ClientDocumentFault.None, Read(ScriptedDocuments.Document(Url), out var client));
        Assert.Equal((Url, "Example", ClientOrigin.Document, "app.example"), (client!.Id, client.Name, client.Origin, client.VouchingHost));
        Assert.Equal(["https://app.example/callback", "http://127.0.0.1/callback"], client.RedirectUris);
        Assert.Null(client.Secret);
        Assert.False(client.IsPreApproved || client.MayIntrospect || client.IsLoopbackOnly);
    }

    [Theory]
    [InlineData("""{ "client_id": "https://app.example/other.json" }""", nameof(ClientDocumentFault.Identifier))]
    [InlineData("""{ "client_id": "https://APP.example/oauth/client.json" }""", nameof(ClientDocumentFault.Identifier))]
    [InlineData("""{ "client_id": "https://app.example/oauth/client.json/" }""", nameof(ClientDocumentFault.Identifier))]
    [InlineData("""{ "client_id": null }""", nameof(ClientDocumentFault.Identifier))]
    [InlineData("""{ "client_id": ["https://app.example/oauth/client.json"] }""", nameof(ClientDocumentFault.Identifier))]
    [InlineData("""{ "client_name": null }""", nameof(ClientDocumentFault.Name))]
    [InlineData("""{ "client_name": "" }""", nameof(ClientDocumentFault.Name))]
    [InlineData("""{ "client_name": "   " }""", nameof(ClientDocumentFault.Name))]
    [InlineData("""{ "client_name": "a\u001b[2Jb" }""", nameof(ClientDocumentFault.Name))]
    [InlineData("""{ "client_name": "a\u202eb" }""", nameof(ClientDocumentFault.Name))]
    [InlineData("""{ "client_name": "a\nb" }""", nameof(ClientDocumentFault.Name))]
    [InlineData("""{ "client_name": "\u200b" }""", nameof(ClientDocumentFault.Name))]
    [InlineData("""{ "redirect_uris": [] }""", nameof(ClientDocumentFault.RedirectUris))]
    [InlineData("""{ "redirect_uris": null }""", nameof(ClientDocumentFault.RedirectUris))]
    [InlineData("""{ "redirect_uris": "https://app.example/cb" }""", nameof(ClientDocumentFault.RedirectUris))]
    [InlineData("""{ "redirect_uris": [7] }""", nameof(ClientDocumentFault.RedirectUris))]
    [InlineData("""{ "redirect_uris": ["ftp://app.example/cb", "javascript:alert(1)"] }""", nameof(ClientDocumentFault.RedirectUris))]
    [InlineData("""{ "redirect_uris": ["http://app.example/cb"] }""", nameof(ClientDocumentFault.RedirectUris))]
    [InlineData("""{ "token_endpoint_auth_method": "client_secret_basic" }""", nameof(ClientDocumentFault.Authentication))]
    [InlineData("""{ "token_endpoint_auth_method": "private_key_jwt" }""", nameof(ClientDocumentFault.Authentication))]
    [InlineData("""{ "token_endpoint_auth_method": null }""", nameof(ClientDocumentFault.Authentication))]
    [InlineData("""{ "client_secret": "x" }""", nameof(ClientDocumentFault.Authentication))]
    [InlineData("""{ "client_secret_expires_at": 0 }""", nameof(ClientDocumentFault.Authentication))]
    [InlineData("""{ "grant_types": ["client_credentials"] }""", nameof(ClientDocumentFault.Grant))]
    [InlineData("""{ "grant_types": "authorization_code" }""", nameof(ClientDocumentFault.Grant))]
    [InlineData("""{ "response_types": ["token"] }""", nameof(ClientDocumentFault.Grant))]
    [Trait("Requirement", "C13")]
    [Trait("Requirement", "B19")]
    public void Document_ThatBreaksARule_IsRefused(string change, string expected)
    {
        var document = ScriptedDocuments.Document(Url);
        foreach (var (name, value) in JsonNode.Parse(change)!.AsObject())
            document[name] = value?.DeepClone();
        Assert.Equal(expected, Read(document, out var client).ToString());
        Assert.Null(client);
    }

    [Theory]
    [InlineData("client_id", nameof(ClientDocumentFault.Identifier))]
    [InlineData("client_name", nameof(ClientDocumentFault.Name))]
    [InlineData("redirect_uris", nameof(ClientDocumentFault.RedirectUris))]
    [InlineData("token_endpoint_auth_method", nameof(ClientDocumentFault.None))]
    [Trait("Requirement", "C13")]
    public void Document_NeedsItsRequiredMembers(string member, string expected)
    {
        var document = ScriptedDocuments.Document(Url);
        document.Remove(member);
        Assert.Equal(expected, Read(document, out _).ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("\"x\"")]
    [InlineData("{")]
    [InlineData("{}{}")]
    [InlineData("""{"client_id":"https://app.example/oauth/client.json","client_id":"https://app.example/oauth/client.json"}""")]
    [Trait("Requirement", "C13")]
    public void Text_ThatIsNotOneObject_IsRefused(string text) => Assert.Equal(ClientDocumentFault.Form, Read(Encoding.UTF8.GetBytes(text), out _));

    [Fact]
    [Trait("Requirement", "C13")]
    public void TruncatedDocuments_AreRefused()
    {
        var whole = Encoding.UTF8.GetBytes(ScriptedDocuments.Document(Url).ToJsonString());
        for (var length = 0; length < whole.Length; length++)
            Assert.Equal(ClientDocumentFault.Form, Read(whole.AsMemory(0, length), out _));
    }

    [Fact]
    [Trait("Requirement", "C13")]
    public void TooManyRedirectUris_AreRefused()
    {
        var document = ScriptedDocuments.Document(Url);
        document["redirect_uris"] = new JsonArray(
            [.. Enumerable.Range(0, RedirectUris.MostOfClient + 1).Select(n => (JsonNode)$"https://app.example/{n}")]);
        Assert.Equal(ClientDocumentFault.RedirectUris, Read(document, out _));
    }

    [Fact]
    [Trait("Requirement", "C13")]
    public void AnyBytes_GiveAClientOrAFault()
    {
        var dice = new Dice(7591);
        var whole = Encoding.UTF8.GetBytes(ScriptedDocuments.Document(Url).ToJsonString());
        var good = 0;
        for (var round = 0; round < 20_000; round++)
        {
            var bytes = dice.OneIn(10) ? new byte[dice.Next(80)] : [.. whole];
            for (var change = dice.OneIn(10) ? bytes.Length : dice.Next(4); change > 0 && bytes.Length > 0; change--)
                bytes[dice.Next(bytes.Length)] = (byte)dice.Next(256);
            var fault = Read(bytes, out var client);
            Assert.Equal(fault == ClientDocumentFault.None, client is not null);
            if (client is null)
                continue;
            good++;
            Assert.Equal(Url, client.Id);
            Assert.All(client.RedirectUris, uri => Assert.True(RedirectUri.TryParse(uri, out _, out _)));
        }

        Assert.True(good > 100, "mutations that change nothing that matters still give a client");
    }

    private static ClientDocumentFault Read(JsonObject document, out OAuthClient? client) =>
        Read(Encoding.UTF8.GetBytes(document.ToJsonString()), out client);

    private static ClientDocumentFault Read(ReadOnlyMemory<byte> bytes, out OAuthClient? client)
    {
        Assert.True(ClientDocumentUrl.TryParse(Url, out var url));
        return ClientDocument.Read(url, bytes, out client);
    }
}
