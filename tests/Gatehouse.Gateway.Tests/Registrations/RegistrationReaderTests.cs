using System.Text;
using System.Text.Json.Nodes;
using Gatehouse.Gateway.Registrations;

namespace Gatehouse.Gateway.Tests.Registrations;

/// <summary>Registrations come from outside: what cannot be read is a fault, and never passes as a member without one.</summary>
[Trait("Requirement", "EN-04")]
public sealed class RegistrationReaderTests
{
    [Fact]
    public void UnknownMembers_AreIgnored()
    {
        var registration = SampleRegistration.Good(RegisteredKind.Remote);
        registration["inventedMember"] = new JsonObject { ["redirectUris"] = new JsonArray("http://evil.example") };
        registration["web"]!["inventedMember"] = 7;
        var app = Read(registration);
        Assert.Empty(app.Unreadable);
        Assert.Empty(RegistrationDoctor.Examine(app, SampleRegistration.Demands(RegisteredKind.Remote)));
    }

    // Each member of the sample is replaced by values of every other type. None throws, and none of those that are judged is passed over.
    [Theory]
    [InlineData("7")]
    [InlineData("\"text\"")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("[7]")]
    [InlineData("[[]]")]
    [InlineData("null")]
    [InlineData("true")]
    public void AMemberOfAnotherType_IsNeverAnException(string value)
    {
        foreach (var name in SampleRegistration.Good(RegisteredKind.Remote).Select(static member => member.Key))
        {
            var registration = SampleRegistration.Good(RegisteredKind.Remote);
            registration[name] = JsonNode.Parse(value);
            try
            {
                Assert.NotNull(RegistrationDoctor.Examine(Read(registration), SampleRegistration.Demands(RegisteredKind.Remote)));
            }
            catch (InvalidDataException e)
            {
                Assert.StartsWith("the list of ", e.Message, StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [InlineData("web")]
    [InlineData("spa")]
    [InlineData("publicClient")]
    [InlineData("api")]
    [InlineData("passwordCredentials")]
    [InlineData("keyCredentials")]
    [InlineData("requiredResourceAccess")]
    [InlineData("signInAudience")]
    public void AJudgedMember_ThatIsAbsentOrOfAnotherType_IsAFault(string name)
    {
        foreach (var value in (string?[])[null, "null", "7"])
        {
            var registration = SampleRegistration.Good(RegisteredKind.Remote);
            if (value is null) registration.Remove(name);
            else registration[name] = JsonNode.Parse(value);
            var found = RegistrationDoctor.Examine(Read(registration), SampleRegistration.Demands(RegisteredKind.Remote));
            Assert.Contains(found, one => one.Path == "$." + name && one.Rule.Id == (value is null ? "incomplete" : "unreadable"));
        }
    }

    // Absent is not off: each of these is always in the answer of Microsoft Graph, some as null.
    [Theory]
    [InlineData("isFallbackPublicClient")]
    [InlineData("groupMembershipClaims")]
    [InlineData("web.implicitGrantSettings")]
    [InlineData("web.implicitGrantSettings.enableAccessTokenIssuance")]
    [InlineData("web.implicitGrantSettings.enableIdTokenIssuance")]
    [InlineData("api.preAuthorizedApplications")]
    [InlineData("api.requestedAccessTokenVersion")]
    [InlineData("api.oauth2PermissionScopes.0.value")]
    [InlineData("api.oauth2PermissionScopes.0.isEnabled")]
    public void AJudgedMember_ThatIsAbsent_IsRefused_WithTheCommandThatGivesIt(string path)
    {
        var registration = SampleRegistration.Good(RegisteredKind.Gateway);
        var names = path.Split('.');
        var parent = names[..^1].Aggregate((JsonNode)registration, static (node, name) => name == "0" ? node[0]! : node[name]!);
        Assert.True(parent.AsObject().Remove(names[^1]));
        var found = RegistrationDoctor.Examine(Read(registration), SampleRegistration.Demands(RegisteredKind.Gateway));
        var one = Assert.Single(found, static one => one.Rule.Id == "incomplete");
        Assert.Equal("$." + path.Replace(".0", "[0]", StringComparison.Ordinal), one.Path);
        Assert.StartsWith("az ad app show --id ", one.Command, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""[{ "issuer": "https://issuer.example.com", "audiences": [] }]""", true, "federated-credential list")]
    [InlineData("""[{ "appRoleId": null }]""", false, "permission list-grants")]
    [InlineData("""[{ "id": "g" }]""", false, "permission list-grants")]
    public void AMemberOfAList_ThatIsAbsent_NamesTheCommandOfTheList(string list, bool isFederated, string command)
    {
        var root = RegistrationReader.Parse(Encoding.UTF8.GetBytes(SampleRegistration.Good(RegisteredKind.Gateway).ToJsonString()));
        var read = RegistrationReader.Parse(Encoding.UTF8.GetBytes(list));
        var app = isFederated ? RegistrationReader.Read(root, federated: read) : RegistrationReader.Read(root, grants: [read]);
        Assert.Contains(RegistrationDoctor.Examine(app, SampleRegistration.Demands(RegisteredKind.Gateway)),
            one => one.Rule.Id is "incomplete" or "unreadable" && one.Command.Contains(command, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("", "not JSON")]
    [InlineData("{", "not JSON")]
    [InlineData("{} {}", "not JSON")]
    [InlineData("1,\"value\":{}", "member twice")]
    [InlineData("1,\"other\":{}", "not JSON")]
    [InlineData("{\"appId\":\"a\",\"appId\":\"b\"}", "member twice")]
    [InlineData("{\"appId\":\"\\ud800\"}", "not JSON")]
    public void ATextWithoutOneReading_IsRefused(string text, string words) =>
        Assert.Contains(words, Assert.Throws<InvalidDataException>(() => RegistrationReader.Parse(Encoding.UTF8.GetBytes(text))).Message,
            StringComparison.Ordinal);

    [Fact]
    public void ADeepOrLongText_IsRefused()
    {
        var deep = Encoding.UTF8.GetBytes(new string('[', 100_000));
        Assert.Throws<InvalidDataException>(() => RegistrationReader.Parse(deep));
        var text = new byte[RegistrationReader.LargestBytes + 1];
        text.AsSpan().Fill((byte)' ');
        Assert.Contains("1 MiB", Assert.Throws<InvalidDataException>(() => RegistrationReader.Parse(text)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("7")]
    [InlineData("""{ "value": [] }""")]
    [InlineData("""{ "error": { "code": "Authorization_RequestDenied" } }""")]
    public void AnotherObject_IsNoRegistration(string text) => Assert.Contains("it has no 'appId'",
        Assert.Throws<InvalidDataException>(() => RegistrationReader.Read(RegistrationReader.Parse(Encoding.UTF8.GetBytes(text)))).Message,
        StringComparison.Ordinal);

    // A shell of Windows writes UTF-16 with a byte order mark.
    [Fact]
    public void AByteOrderMark_NamesTheEncoding()
    {
        var text = SampleRegistration.Good(RegisteredKind.Local).ToJsonString();
        foreach (var encoding in (Encoding[])[Encoding.UTF8, Encoding.Unicode])
        {
            var app = RegistrationReader.Read(RegistrationReader.Parse([.. encoding.GetPreamble(), .. encoding.GetBytes(text)]));
            Assert.Equal(Guid.Parse(SampleRegistration.App), app.AppId);
        }
    }

    // A page that is not the last would make a list look complete.
    [Fact]
    public void ListsOfAz_AndOfMicrosoftGraph_AreReadAlike_AndAPageIsRefused()
    {
        var root = RegistrationReader.Parse(Encoding.UTF8.GetBytes(SampleRegistration.Good(RegisteredKind.Remote).ToJsonString()));
        foreach (var owners in (string[])["[{},{}]", """{ "value": [{},{}] }"""])
            Assert.Equal(2, RegistrationReader.Read(root, RegistrationReader.Parse(Encoding.UTF8.GetBytes(owners))).Owners);
        var page = RegistrationReader.Parse("""{ "value": [], "@odata.nextLink": "https://graph.microsoft.com/v1.0/next" }"""u8.ToArray());
        Assert.Throws<InvalidDataException>(() => RegistrationReader.Read(root, federated: page));
    }

    private static AppRegistration Read(JsonObject registration) =>
        RegistrationReader.Read(RegistrationReader.Parse(Encoding.UTF8.GetBytes(registration.ToJsonString())));
}
