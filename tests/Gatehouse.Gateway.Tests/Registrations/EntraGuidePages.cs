using System.Text;
using Gatehouse.Gateway.Registrations;

namespace Gatehouse.Gateway.Tests.Registrations;

/// <summary>The pages of the guide that are made of the tables of <c>gatehouse doctor entra</c>.</summary>
internal static class EntraGuidePages
{
    /// <summary>The page of the findings.</summary>
    public static string Findings()
    {
        var page = new StringBuilder(
            """
            # Findings about a registration

            This page is for authors and operators who registered an application in Microsoft Entra ID. It answers what each finding of
            `gatehouse doctor entra` means, and what to do. It is generated from the rules in `src/Gatehouse.Gateway/Registrations`; change it there.

            ```
            az ad app show --id APP-ID > app.json
            gatehouse doctor entra --kind remote --registration app.json --url https://mcp.example.com/mcp --tool getUserDetails
            ```

            *fails*: it does not work, or an attacker gains by it; the exit code is then 1. *limits*: it works, and protects less than it could. Each
            finding names the place in the registration as a JSON path, and the command of `az` that mends it. Words in capitals in the command are to be
            replaced: of the registration, the command holds only characters that a shell does not interpret. What was not given to the command (owners,
            federated credentials, grants, tools, the URL) is named as *not judged*.


            """.ReplaceLineEndings("\n"));
        foreach (var rule in RegistrationDoctor.Rules)
        {
            var verdict = rule.Verdict == RegistrationVerdict.Fails ? "fails" : "limits";
            page.Append($"## `{rule.Id}`\n\n*{verdict}*, when {rule.When}.\n\n{rule.Reason}\n\n**Remedy:** {rule.Remedy}\n\n");
        }

        return page.ToString().TrimEnd('\n') + "\n";
    }

    /// <summary>The page of the permissions.</summary>
    public static string Permissions()
    {
        var page = new StringBuilder(
            """
            # The smallest permission for each tool

            This page is for authors of MCP servers that call Microsoft Graph. It answers which permission is the smallest for what a tool does. It is
            generated from `src/Gatehouse.Gateway/Registrations/GraphPermissions.cs`; change it there.

            A model calls a tool with arguments that may come from a mail, a page or a file. An instruction in such a text can make the server use all that
            its token permits. The permission is therefore the bound that still holds when everything else fails. Request what the tools do, and nothing
            for later.

            ## For a person who signed in

            All of these are **delegated** permissions: the server acts for the person, and has no more rights than that person. `--tool` of
            `gatehouse doctor entra` takes the names of the first column.


            """.ReplaceLineEndings("\n"));
        Rows(page, isOfGateway: false);
        page.Append(
            """

            Add one with its id, and let an administrator consent where people may not:

            ```
            az ad app permission add --id APP-ID --api 00000003-0000-0000-c000-000000000000 --api-permissions e1fe6dd8-ba31-4d61-89e7-88639da4683d=Scope
            az ad app permission admin-consent --id APP-ID
            ```

            ## For a gateway itself

            These are **application** permissions, without a person. Only a gateway needs them, for [rights of Entra PIM](../../operators/access.md) and for
            `gatehouse doctor entra --app`. A server that serves people needs none: with an application permission it reads the data of everyone,
            whoever calls.


            """.ReplaceLineEndings("\n"));
        Rows(page, isOfGateway: true);
        page.Append(
            """

            ## Too wide for every server

            With one of these, a server takes over the tenant, or reads or changes the data of everyone in it. `gatehouse doctor entra` reports them
            whatever the tools are.


            """.ReplaceLineEndings("\n"));
        page.Append("| permission | delegated | application |\n|---|---|---|\n");
        foreach (var one in GraphPermissions.All.Where(static one => one.IsWide))
            page.Append($"| {one.Name} | {Id(one.Delegated)} | {Id(one.Application)} |\n");
        return page.ToString();
    }

    private static void Rows(StringBuilder page, bool isOfGateway)
    {
        page.Append("| operation or tool | request | smallest permission | id |\n|---|---|---|---|\n");
        foreach (var operation in GraphPermissions.Operations.Where(one => one.IsOfGateway == isOfGateway))
        {
            var permission = GraphPermissions.Of(operation.Permission)!;
            var names = string.Join(", ", operation.Names.Select(static name => $"`{name}`"));
            page.Append($"| {names} | {operation.Request} | {permission.Name} | {Id(isOfGateway ? permission.Application : permission.Delegated)} |\n");
        }
    }

    private static string Id(Guid? id) => id is { } one ? $"`{one:D}`" : "–";
}
