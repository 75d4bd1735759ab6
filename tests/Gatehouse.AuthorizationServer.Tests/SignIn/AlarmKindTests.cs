using System.Reflection;
using Gatehouse.AuthorizationServer.Providers;
using Gatehouse.AuthorizationServer.SignIn;
using Gatehouse.AuthorizationServer.Tokens;
using Gatehouse.Identity.Tokens;
using Gatehouse.Identity.Validation;

namespace Gatehouse.AuthorizationServer.Tests.SignIn;

/// <summary>Operators find every alarm in one table, with what happened to the grant and what to do.</summary>
public sealed class AlarmKindTests
{
    [Fact]
    public void ThePageOfOperators_HasEveryKind()
    {
        var page = File.ReadAllLines(Path.Combine(Root(), "docs", "operators", "sign-in.md"));
        var header = Array.IndexOf(page, "| kind | what happened | the grant | what to do |");
        Assert.True(header > 0, "the table of alarms is missing");
        Assert.Equal(
            AlarmKinds.All.Select(kind => $"| `{kind.Name}` | {kind.Meaning} | {kind.Grant} | {kind.Remedy} |"),
            page.Skip(header + 2).TakeWhile(line => line.StartsWith('|')));
    }

    [Fact]
    public void TheList_HasEveryAttackOnASignInAndOnAGrant()
    {
        string[] ofGrants = [GrantCauses.CodeReuse, GrantCauses.CodeInjection, GrantCauses.RefreshReuse, AlarmKinds.StateReuse];
        var all = Faults().Where(fault => fault.IsAttack).Select(fault => fault.Code).Concat(ofGrants);
        Assert.Equal(all.Distinct().Order(StringComparer.Ordinal), AlarmKinds.All.Select(kind => kind.Name).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<SignInFault> Faults()
    {
        var faults = new SignInFaults("Corp", isEntra: false);
        var plain = typeof(SignInFaults).GetMethods(BindingFlags.Instance | BindingFlags.Public)
            .Where(method => method.ReturnType == typeof(SignInFault) && method.GetParameters().Length == 0);
        return plain.Select(method => (SignInFault)method.Invoke(faults, null)!)
            .Concat(Enum.GetValues<IdTokenRefusal>().Select(faults.IdToken))
            .Concat(Enum.GetValues<TokenRefusal>().Select(faults.AccessToken));
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Gatehouse.slnx"))) folder = folder.Parent!;
        return folder.FullName;
    }
}
