using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Gatehouse.Inventory.Repositories;

/// <summary>A decoded text of a notebook with the lines of the file that it comes from.</summary>
/// <param name="Name">The place, as in <c>cell 3 (code)</c> or <c>cell 3, output 1</c>.</param>
/// <param name="Text">The text as a person reads it.</param>
/// <param name="Lines">The line of the file for each line of the text.</param>
internal sealed record NotebookCells(string Name, string Text, IReadOnlyList<int> Lines)
{
    private const string Drawing = "image/svg+xml";

    /// <summary>Most texts of a notebook.</summary>
    public const int MostTexts = 20_000;

    private const int Deepest = 64;

    /// <summary>True for a drawing that a tool wrote as text: numbers and names in it are no assignments.</summary>
    public bool IsDrawing { get; init; }

    /// <summary>Returns the line of the file for a line of the text, both from 1.</summary>
    public int LineOf(int line) => Lines.Count == 0 ? 0 : Lines[Math.Clamp(line - 1, 0, Lines.Count - 1)];

    /// <summary>Returns the texts of a notebook: the sources of its cells, their outputs, and every other text of it. Null when it is none.</summary>
    /// <param name="json">The text of the file.</param>
    /// <param name="isCut">True when it has more texts than are returned.</param>
    public static IReadOnlyList<NotebookCells>? Read(string json, out bool isCut)
    {
        isCut = false;
        var bytes = Encoding.UTF8.GetBytes(json);
        var reader = new NotebookReader(bytes, Deepest);
        try
        {
            return reader.Read(out isCut);
        }
        catch (JsonException)
        {
            return null;
        }
        catch (InvalidOperationException)
        {
            // A text with half of a surrogate pair.
            return null;
        }
    }

    // One pass over the tokens, so that each text knows the line it is on.
    private ref struct NotebookReader(byte[] bytes, int deepest)
    {
        private readonly byte[] bytes = bytes;
        private Utf8JsonReader json = new(bytes, new JsonReaderOptions
        {
            MaxDepth = deepest,
            CommentHandling = JsonCommentHandling.Skip,
            AllowTrailingCommas = true,
        });
        private readonly List<NotebookCells> found = [];
        private int cell;
        private int output;
        private int line = 1;
        private int counted;

        public List<NotebookCells>? Read(out bool isCut)
        {
            var (path, hasCells) = (new List<string>(), false);
            var name = "";
            isCut = false;
            while (json.Read())
            {
                isCut = found.Count >= MostTexts && (json.TokenType == JsonTokenType.String ? !IsImage(name)
                    : json.TokenType == JsonTokenType.StartArray && IsText(name) && !IsImage(name));
                if (isCut) break;
                switch (json.TokenType)
                {
                    case JsonTokenType.PropertyName:
                        name = json.GetString()!;
                        hasCells |= name is "cells" && path.Count == 1;
                        if (name == "outputs") output = 0;
                        break;
                    case JsonTokenType.StartObject:
                        if (path.Count == 2 && path[1] == "cells") cell++;
                        else if (path.Count > 1 && path[^1] == "outputs" && path[^2] != "outputs") output++;
                        path.Add(name);
                        break;
                    case JsonTokenType.StartArray when IsText(name) && path.Count > 1:
                        Lines(Place(path, name), name);
                        break;
                    case JsonTokenType.StartArray:
                        path.Add(name);
                        break;
                    case JsonTokenType.EndObject or JsonTokenType.EndArray:
                        path.RemoveAt(path.Count - 1);
                        name = path.Count > 0 ? path[^1] : "";
                        break;
                    case JsonTokenType.String when !IsImage(name):
                        Text(Place(path, name), name);
                        break;
                    default:
                        break;
                }
            }

            return hasCells ? found : null;
        }

        // Of the formats of an output, those of media are data. Text may be one string or a list of lines.
        private static bool IsText(string name) => name is "source" or "text" or "traceback" || name.StartsWith("text/", StringComparison.Ordinal)
            || name.StartsWith("image/", StringComparison.Ordinal) || name is "application/json" or "application/javascript";

        // A drawing is text, and what a program printed into it is readable.
        private static bool IsImage(string name) => name.StartsWith("image/", StringComparison.Ordinal) && name != Drawing;

        private readonly string Place(List<string> path, string name)
        {
            if (path.Count < 2 || path[1] != "cells") return $"metadata {name}";
            var place = string.Create(CultureInfo.InvariantCulture, $"cell {cell}");
            return path.Contains("outputs") ? string.Create(CultureInfo.InvariantCulture, $"{place}, output {output}") : place;
        }

        private void Lines(string place, string name)
        {
            var (text, lines) = (new StringBuilder(), new List<int>());
            while (json.Read() && json.TokenType != JsonTokenType.EndArray)
            {
                if (json.TokenType != JsonTokenType.String)
                {
                    json.Skip();
                    continue;
                }

                var part = json.GetString()!;
                for (var count = part.AsSpan().TrimEnd('\n').Count('\n') + 1; count > 0; count--) lines.Add(LineNow());
                text.Append(part);
                if (!part.EndsWith('\n')) text.Append('\n');
            }

            if (text.Length > 0 && !IsImage(name)) found.Add(new NotebookCells(place, text.ToString(), lines) { IsDrawing = name == Drawing });
        }

        // A member keeps its name, which says what its value is.
        private void Text(string place, string name)
        {
            var text = json.GetString()!;
            var isNamed = !IsText(name);
            found.Add(new NotebookCells(place, isNamed ? $"\"{name}\": \"{text.Replace('"', '\'')}\"" : text, [LineNow()])
            { IsDrawing = name == Drawing });
        }

        private int LineNow()
        {
            var to = (int)json.TokenStartIndex;
            line += bytes.AsSpan(counted, Math.Max(0, to - counted)).Count((byte)'\n');
            counted = Math.Max(counted, to);
            return line;
        }
    }
}
