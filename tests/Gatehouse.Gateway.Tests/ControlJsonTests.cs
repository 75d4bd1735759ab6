using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Gatehouse.Administration.Control;

namespace Gatehouse.Gateway.Tests;

/// <summary>
/// Generated readers give an absent member the default of its type, and not the initializer of its property. Every form of the control socket is read
/// as by reflection, which keeps initializers.
/// </summary>
[Trait("Requirement", "CO-01")]
public sealed class ControlJsonTests
{
    public static TheoryData<Type> Forms => [.. Reached([typeof(ControlRequest), typeof(ControlReply)])];

    [Theory]
    [MemberData(nameof(Forms))]
    public void AbsentMembers_HaveTheirDefaults(Type form)
    {
        var text = Least(form).ToJsonString();
        var generated = JsonSerializer.Deserialize(text, ControlJson.Default.GetTypeInfo(form)!);
        Assert.Equal(JsonSerializer.Serialize(JsonSerializer.Deserialize(text, form), form), JsonSerializer.Serialize(generated, form));
    }

    [Fact]
    public void FormsOfRequestsAndReplies_AreFound() =>
        Assert.Superset(new HashSet<string> { "ControlRequest", "EntryFilter", "ApprovalView", "CommandView" }, Forms.Select(row => row.Data.Name).ToHashSet());

    // Only what a form demands.
    private static JsonObject Least(Type form)
    {
        var least = new JsonObject();
        foreach (var member in ControlJson.Default.GetTypeInfo(form)!.Properties.Where(static member => member.IsRequired))
            least[member.Name] = SampleOf(member.PropertyType);
        return least;
    }

    private static JsonNode SampleOf(Type type) =>
        type == typeof(string) ? "x" : type == typeof(bool) ? true : type == typeof(DateTimeOffset) ? "2026-11-26T00:00:00Z"
        : type.IsPrimitive || type.IsEnum ? 1 : type.IsGenericType ? new JsonArray() : Least(type);

    private static List<Type> Reached(IEnumerable<Type> roots)
    {
        var open = new Queue<Type>(roots);
        var found = new List<Type>();
        while (open.TryDequeue(out var type))
        {
            if (ControlJson.Default.GetTypeInfo(type) is not { } info) continue;
            if (info.ElementType is { } element) open.Enqueue(element);
            if (info.Kind != JsonTypeInfoKind.Object || found.Contains(type)) continue;
            found.Add(type);
            foreach (var member in info.Properties) open.Enqueue(member.PropertyType);
        }

        return found;
    }
}
