using Gatehouse.Gateway.Tests.Configuration;

namespace Gatehouse.Gateway.Tests.Registrations;

/// <summary>Pages of the guide are what the tables of the doctor say.</summary>
[Trait("Requirement", "EN-04")]
public sealed class EntraGuidePageTests
{
    [Fact]
    public void FindingsPage_IsWhatTheRulesSay() => Repository.AssertFile(EntraGuidePages.Findings(), "docs/guides/entra/findings.md");

    [Fact]
    public void PermissionsPage_IsWhatTheTableSays() => Repository.AssertFile(EntraGuidePages.Permissions(), "docs/guides/entra/permissions.md");
}
