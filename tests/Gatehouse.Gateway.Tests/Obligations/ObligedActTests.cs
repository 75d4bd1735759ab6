using System.Text;
using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Administration.Control;
using Gatehouse.Audit.Search;
using Gatehouse.Settings;

namespace Gatehouse.Gateway.Tests.Obligations;

/// <summary>The table of acts that can have an obligation is that of the acts themselves, and each is shown with all its parameters.</summary>
[Trait("Requirement", "AZ-04")]
public sealed class ObligedActTests
{
    // Acts of the host of wrapped servers, which has one person.
    private static readonly string[] Personal = ["command.approve", "command.revoke"];

    // Acts that show what callers sent or got. Searches and lists are no such acts.
    private static readonly string[] Showing = ["audit.person", "audit.show", "quarantine.cases", "quarantine.show"];

    private static IEnumerable<AdministrativeAction> Disclosing => AdministrationTests.Acts
        .Append(new ReadLog(LogReading.Show, new EntryFilter { Id = "01m82ef5jccakkmjj3whwhtr9r" }, "ticket", true))
        .Where(static act => Showing.Contains(act.Name));

    private static IEnumerable<AdministrativeAction> Changing =>
        AdministrationTests.Acts.Where(static act => act is { Strength: ActionStrength.Person, Effect: ActionEffect.Grants or ActionEffect.Withdraws }
            && !Personal.Contains(act.Name));

    [Fact]
    public void EveryActThatAPersonChangesSomethingBy_IsInTheTable()
    {
        var names = Changing.Select(static act => act.Name).Concat(Showing).Distinct();
        Assert.Equal(names.Order(StringComparer.Ordinal), ObligedActs.All.Keys.Order(StringComparer.Ordinal));
        foreach (var act in Changing)
            Assert.Equal((act.Name, act.Effect == ActionEffect.Withdraws), (act.Name, ObligedActs.All[act.Name].IsOfEmergency));
    }

    [Fact]
    public void ActsThatShowWhatCallersSent_AreActsOfAPerson_AndNoneOfThemWaitsInAnEmergency()
    {
        Assert.Equal(Showing.Order(StringComparer.Ordinal), Disclosing.Select(static act => act.Name).Order(StringComparer.Ordinal));
        Assert.All(Disclosing, static act => Assert.Equal(
            (ActionEffect.Discloses, ActionStrength.Person, false), (act.Effect, act.Strength, ObligedActs.All[act.Name].IsOfEmergency)));
    }

    [Fact]
    public void EveryAct_IsShownWithAllItsParameters()
    {
        foreach (var act in Changing.Concat(Disclosing))
        {
            var form = ActForm.Of(act);
            using var shown = JsonDocument.Parse(form.Parameters);
            Assert.True(shown.RootElement.TryGetProperty("act", out _));
            Assert.DoesNotContain(shown.RootElement.EnumerateObject(), static one => one.Name is "v" or "confirmed" or "adminToken");
            var text = Encoding.UTF8.GetString(form.Parameters.Span);
            foreach (var given in act.GetType().GetProperties().Where(static one => one.PropertyType == typeof(string) && one.Name != "Name"))
            {
                if (given.GetValue(act) is string { Length: > 0 } value)
                    Assert.Contains(JsonSerializer.Serialize(value), text, StringComparison.Ordinal);
            }
        }
    }
}
