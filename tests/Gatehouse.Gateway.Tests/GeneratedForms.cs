using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Gatehouse.Gateway.Tests;

/// <summary>The forms that a generated reader of JSON has, and the least text of each.</summary>
internal static class GeneratedForms
{
    /// <summary>Returns the objects that are reached from roots.</summary>
    public static List<Type> Reached(JsonSerializerContext context, IEnumerable<Type> roots)
    {
        var open = new Queue<Type>(roots);
        var found = new List<Type>();
        while (open.TryDequeue(out var type))
        {
            if (context.GetTypeInfo(type) is not { } info) continue;
            if (info.ElementType is { } element) open.Enqueue(element);
            if (info.Kind != JsonTypeInfoKind.Object || found.Contains(type)) continue;
            found.Add(type);
            foreach (var member in info.Properties) open.Enqueue(member.PropertyType);
        }

        return found;
    }

    /// <summary>Returns an object with only those members that the form demands.</summary>
    public static JsonObject Least(JsonSerializerContext context, Type form)
    {
        var least = new JsonObject();
        foreach (var member in context.GetTypeInfo(form)!.Properties.Where(static member => member.IsRequired))
            least[member.Name] = SampleOf(context, member.PropertyType);
        return least;
    }

    private static JsonNode SampleOf(JsonSerializerContext context, Type type)
    {
        if (type == typeof(bool)) return true;
        if (type == typeof(DateTimeOffset)) return "2026-11-26T00:00:00Z";
        if (type == typeof(TimeSpan)) return "00:01:00";
        if (type == typeof(byte[])) return "AAAA";
        if (type == typeof(string)) return "x";
        if (type.IsEnum && context.Options.Converters.Count > 0) return Enum.GetNames(type)[0];
        if (type.IsPrimitive || type.IsEnum) return 1;
        return context.GetTypeInfo(type)?.Kind == JsonTypeInfoKind.Enumerable ? new JsonArray() : Least(context, type);
    }
}
