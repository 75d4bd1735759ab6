using Gatehouse.Conventions.Tests.References;
using Gatehouse.Policy.Analysis;
using Gatehouse.Policy.Analysis.Testing;

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
}
