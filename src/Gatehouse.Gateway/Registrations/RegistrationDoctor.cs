namespace Gatehouse.Gateway.Registrations;

/// <summary>
/// Judges the registration of an application in a tenant of Entra ID by the use that it is meant for (EN-04). It judges what it is given, and reads
/// nothing itself.
/// </summary>
internal static class RegistrationDoctor
{
    /// <summary>All rules, in the order of the findings.</summary>
    public static IReadOnlyList<RegistrationRule> Rules { get; } =
        [.. FormRules.All, .. ClientTypeRules.All, .. TenantRules.All, .. RedirectRules.All, .. PermissionRules.All, .. CredentialRules.All];

    /// <summary>Returns the findings, in the order of the rules.</summary>
    /// <param name="app">The registration.</param>
    /// <param name="demands">The use that it is meant for.</param>
    public static IReadOnlyList<RegistrationFinding> Examine(AppRegistration app, RegistrationDemands demands)
    {
        var examination = new Examination(app, demands);
        return
        [
            .. from rule in Rules
               from fault in rule.Find(examination)
               select new RegistrationFinding(rule, fault.Path, fault.Words, fault.Command),
        ];
    }

    /// <summary>Returns what was not judged because it was not given, each in a sentence.</summary>
    public static IEnumerable<string> NotJudged(AppRegistration app, RegistrationDemands demands)
    {
        ArgumentNullException.ThrowIfNull(app);
        ArgumentNullException.ThrowIfNull(demands);
        if (demands.Operations.Count == 0) yield return "whether a smaller permission serves: name the tools with --tool";
        if (demands.ServerUrl is null && demands.Kind != RegisteredKind.Local)
            yield return "whether redirects lead to the server: give its URL with --url";
        if (app.Owners is null) yield return "owners: save 'az ad app owner list --id APP-ID' and give it with --owners";
        if (app.Federated is null)
            yield return "federated credentials: save 'az ad app federated-credential list --id APP-ID' and give it with --federated";
        if (app.Grants is null) yield return "granted permissions: save 'az ad app permission list-grants --id APP-ID' and give it with --grants";
        else if (!app.HasBothGrants)
        {
            yield return "one kind of granted permissions: 'az ad app permission list-grants --id APP-ID' gives the delegated ones, and "
                + "az rest --url \"https://graph.microsoft.com/v1.0/servicePrincipals(appId='APP-ID')/appRoleAssignments\" those of the "
                + "application itself; save each and give both with --grants";
        }
    }
}
