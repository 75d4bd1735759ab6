using System.Text.Json;

namespace Gatehouse.Range;

/// <summary>How naive software reads a message: the first thing that looks right.</summary>
internal static class NaiveReading
{
    /// <summary>The first <c>name</c> inside the first <c>params</c>; null when there is none.</summary>
    public static string? FirstName(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        var inParams = false;
        while (reader.Read())
        {
            if (reader.TokenType != JsonTokenType.PropertyName) continue;
            if (reader.ValueTextEquals("params"u8)) inParams = true;
            if (inParams && reader.ValueTextEquals("name"u8) && reader.Read()) return reader.GetString();
        }

        return null;
    }

    /// <summary>True unless the body names a tool other than <c>echo</c>, read naively.</summary>
    public static bool NamesNothingButEcho(ReadOnlySpan<byte> body) => FirstName(body) is null or "echo";
}
