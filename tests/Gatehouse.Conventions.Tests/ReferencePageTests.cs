using System.Text;
using Gatehouse.Administration;
using Gatehouse.Conventions.Tests.References;
using Gatehouse.Pipeline.Exchanges;
using Gatehouse.Policy;
using Gatehouse.Policy.Analysis;
using Gatehouse.Policy.Analysis.Testing;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Validation;
using Microsoft.OpenApi;

namespace Gatehouse.Conventions.Tests;

public sealed class ReferencePageTests
{
    [Fact]
    public void ErrorsPage_IsWhatTheTableOfReasonsSays() => Repository.RequireEqual("docs/reference/errors.md", ReasonsReference.Render());

    [Fact]
    public void StatusesPage_IsWhatTheTableOfReasonsSays() => Repository.RequireEqual("docs/reference/statuses.md", StatusReference.Render());

    [Fact]
    public void PolicyPage_IsWhatTheTableOfKeysSays() => Repository.RequireEqual("docs/reference/policy.md", PolicyReference.Render());

    [Fact]
    public void AdministrationHttpPage_IsWhatTheTableOfActsSays() =>
        Repository.RequireEqual("docs/reference/administration-http.md", AdministrationHttpReference.Render());

    // A client generator reads the description: a reader that is not ours finds no fault in it.
    [Fact]
    public void AdministrationOpenApi_IsWhatTheTableOfActsSays_AndValid()
    {
        var text = AdministrationOpenApi.Render();
        Repository.RequireEqual("docs/reference/administration.openapi.json", text);
        var read = OpenApiDocument.Parse(text, "json");
        Assert.Empty(read.Diagnostic!.Errors);
        Assert.Equal(ActTable.OverHttp.Select(static row => ActTable.Prefix + row.Name), read.Document!.Paths.Keys);
    }

    [Fact]
    public void SignInProviders_AreWhatTheRulesSay() => Repository.RequireEqual("docs/reference/sign-in-providers.md", SignInProviderReference.Render());

    [Fact]
    public void PolicySchemas_AreWhatTheTableOfKeysSays()
    {
        Repository.RequireEqual("docs/reference/policy.schema.json", PolicySchema.Render());
        Repository.RequireEqual("docs/reference/policy-cases.schema.json", PolicySchema.RenderCases());
    }

    [Fact]
    public void MethodsOfPolicies_AreThoseOfTheProtocol()
    {
        Assert.Equal(Protocol.ProtocolMethods.All.Select(method => method.Name).Order(StringComparer.Ordinal),
            PolicyRequests.KnownMethods.Order(StringComparer.Ordinal));
        Assert.Equal(Protocol.ProtocolMethods.All.Where(method => method.Direction.HasFlag(Protocol.MethodDirection.ClientToServer))
            .Select(method => method.Name).Order(StringComparer.Ordinal), PolicyRequests.ClientMethods.Order(StringComparer.Ordinal));
    }

    // The tools of policies and the gateway have a table each of what a method is about. A subscription has any number of targets: a case cannot name
    // it.
    [Fact]
    public void TargetsAndDirectionsOfMethods_AreThoseOfTheGateway()
    {
        foreach (var method in PolicyRequests.ClientMethods.Where(static one => one != "subscriptions/listen"))
        {
            var message = $$"""
                {"jsonrpc":"2.0","id":1,"method":"{{method}}","params":{"name":"n","uri":"file:///n","ref":{"type":"ref/prompt","name":"n"} } }
                """;
            var bytes = Encoding.UTF8.GetBytes(message);
            Assert.True(MessageValidator.TryValidate(bytes, MessageLimits.Default, out var validated, out _), message);
            var asked = Assert.Single(PolicyTargets.Of("up", method, validated, known: true, DateTimeOffset.UnixEpoch));
            Assert.Equal((method, asked.Target != PolicyTarget.None), (method, PolicyRequests.NamesTarget(method)));
            Assert.Equal((method, asked.Direction), (method, PolicyRequests.For("sends", "up", method).Direction));
        }
    }
}
