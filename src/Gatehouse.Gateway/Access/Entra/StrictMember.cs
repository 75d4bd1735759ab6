using System.Text.Json;

namespace Gatehouse.Gateway.Access.Entra;

/// <summary>Members of an answer by their exact name and type.</summary>
internal static class StrictMember
{
    /// <summary>Returns a string; null where it is absent or of another type.</summary>
    public static string? Text(JsonElement root, string member) =>
        root.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
