using System.Text.Json;

namespace Gatehouse.Ipc;

/// <summary>The JSON form of a command. Texts that are no good Unicode cannot be carried and are refused before.</summary>
public static class CommandJson
{
    /// <summary>Writes the member <c>command</c>.</summary>
    public static void Write(Utf8JsonWriter json, CommandLine command)
    {
        ArgumentNullException.ThrowIfNull(json);
        ArgumentNullException.ThrowIfNull(command);
        json.WriteStartObject("command"u8);
        WriteTexts(json, "arguments", command.Arguments);
        json.WriteString("program"u8, command.Program);
        json.WriteString("folder"u8, command.Folder);
        WriteTexts(json, "environment", command.Environment);
        WriteMinimum(json, command.Minimum);
        json.WriteEndObject();
    }

    /// <summary>Writes the member <c>minimum</c>; nothing for null.</summary>
    internal static void WriteMinimum(Utf8JsonWriter json, IReadOnlyDictionary<string, string>? minimum)
    {
        if (minimum is null) return;
        json.WriteStartObject("minimum"u8);
        foreach (var (name, value) in minimum) json.WriteString(name, value);
        json.WriteEndObject();
    }

    /// <summary>Reads the member <c>minimum</c>. Returns null where there is none.</summary>
    /// <exception cref="FormatException">It is out of its bounds.</exception>
    internal static Dictionary<string, string>? ReadMinimum(JsonElement container)
    {
        if (!container.TryGetProperty("minimum", out var minimum)) return null;
        var found = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var one in minimum.EnumerateObject()) found[one.Name] = one.Value.GetString() ?? throw new FormatException("minimum");
        return found.Count <= CommandLine.MaxNames ? found : throw new FormatException("minimum");
    }

    /// <summary>Reads the member <c>command</c>. Returns null where there is none.</summary>
    /// <exception cref="FormatException">It is out of its bounds.</exception>
    public static CommandLine? Read(JsonElement root)
    {
        if (!root.TryGetProperty("command", out var command)) return null;
        return new CommandLine(
            Texts(command, "arguments", 1, CommandLine.MaxArguments),
            command.GetProperty("program").GetString() ?? "",
            command.GetProperty("folder").GetString() ?? "",
            Texts(command, "environment", 0, CommandLine.MaxNames))
        { Minimum = ReadMinimum(command) };
    }

    private static void WriteTexts(Utf8JsonWriter json, string name, IReadOnlyList<string> texts)
    {
        json.WriteStartArray(name);
        for (var i = 0; i < texts.Count; i++) json.WriteStringValue(texts[i]);
        json.WriteEndArray();
    }

    private static List<string> Texts(JsonElement command, string name, int fewest, int most)
    {
        var list = command.GetProperty(name);
        var count = list.GetArrayLength();
        if (count < fewest || count > most) throw new FormatException(name);
        var texts = new List<string>(count);
        foreach (var item in list.EnumerateArray()) texts.Add(item.GetString() ?? throw new FormatException(name));
        return texts;
    }
}
