using System.Text.Json;
using Gatehouse.Administration;
using Gatehouse.Administration.Control;

namespace Gatehouse.Gateway.Tests;

/// <summary>
/// Generated readers give an absent member the default of its type, and not the initializer of its property. Every form of the control socket is read
/// as by reflection, which keeps initializers.
/// </summary>
[Trait("Requirement", "CO-01")]
public sealed class ControlJsonTests
{
    public static TheoryData<Type> Forms => [.. GeneratedForms.Reached(ControlJson.Default, [typeof(ActRequest), typeof(ControlReply)])];

    [Theory]
    [MemberData(nameof(Forms))]
    public void AbsentMembers_HaveTheirDefaults(Type form)
    {
        var text = GeneratedForms.Least(ControlJson.Default, form).ToJsonString();
        var generated = JsonSerializer.Deserialize(text, ControlJson.Default.GetTypeInfo(form)!);
        Assert.Equal(JsonSerializer.Serialize(JsonSerializer.Deserialize(text, form), form), JsonSerializer.Serialize(generated, form));
    }

    [Fact]
    public void FormsOfRequestsAndReplies_AreFound() =>
        Assert.Superset(new HashSet<string> { "ActRequest", "ControlReply" }, Forms.Select(row => row.Data.Name).ToHashSet());
}
