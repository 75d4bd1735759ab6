using System.Text;
using Gatehouse.Detection.Messages;
using Gatehouse.Files;
using Gatehouse.Pipeline.Inspection;
using Gatehouse.Protocol;
using Gatehouse.Protocol.Json;
using Gatehouse.Protocol.Validation;

namespace Gatehouse.Cli.DetectCommands;

/// <summary>The texts of a file: a JSON value, JSON Lines, or one text.</summary>
/// <param name="place">The place of texts that do not say it themselves.</param>
/// <param name="isForced">True when the place is that of every text, also of JSON-RPC messages.</param>
internal sealed class TextFile(MessagePlace place, bool isForced)
{
    /// <summary>Most files of a folder.</summary>
    public const int MostFiles = 10_000;

    private static readonly string[] LineEndings = [".jsonl", ".ndjson"];

    /// <summary>Returns the files that the paths name, those of folders among them. Links within folders are not followed.</summary>
    public static IEnumerable<string> Expand(IEnumerable<string> paths) => paths.SelectMany(path => !Directory.Exists(path) ? [path]
        : Directory.EnumerateFiles(path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
            .Order(StringComparer.Ordinal).Take(MostFiles));

    /// <summary>Judges the texts of a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="judge">Receives each text.</param>
    /// <returns>The reason why the file, or a line of it, was not read; null when all of it was.</returns>
    public string? Read(string path, Action<InspectedText> judge)
    {
        try
        {
            if (LineEndings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)) return ReadLines(path, judge);
            var bytes = RegularFile.ReadBytes(path, InspectedText.MostBytes);
            if (bytes.AsSpan().StartsWith("\uFEFF"u8)) bytes = bytes[3..];
            if (!InspectedText.IsText(bytes)) return "not valid UTF-8";
            judge(Of(bytes));
            return null;
        }
        catch (FileTooLargeException)
        {
            return "larger than 4 MiB; only JSON Lines (.jsonl, .ndjson) may be larger";
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return "does not exist";
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return "cannot be read: a folder of texts may have a pipe or a device in it, and this account may lack the right";
        }
    }

    /// <summary>Judges bytes: JSON as its strings, anything else as one text.</summary>
    public InspectedText Of(ReadOnlyMemory<byte> bytes, int line = 1)
    {
        if (MessageValidator.TryValidate(bytes, MessageLimits.Default, out var message, out _))
        {
            var (known, value) = Part(message);
            value = UnnamedMembers.With(message, value);
            if (isForced || known != MessagePlace.Other || message.Kind != MessageKind.Result || AnsweredDefinitions.Of(message) is not { } answered)
                return InspectedText.OfJson(bytes, value, isForced ? place : known, line);
            var rest = InspectedText.OfJson(bytes, answered.Others.Value, answered.Others.Place, line);
            rest.Answered = answered;
            return rest;
        }

        return JsonValidator.TryValidate(bytes.Span, MessageLimits.Default, out _)
            ? InspectedText.OfJson(bytes, new ByteRange(0, bytes.Length), place, line) : InspectedText.OfText(bytes, place, line);
    }

    private string? ReadLines(string path, Action<InspectedText> judge)
    {
        using var file = RegularFile.OpenRead(path);
        var (number, left) = (0, 0);
        foreach (var line in BoundedLines.Read(file, InspectedText.MostBytes))
        {
            number++;
            var text = line is { } bytes ? Encoding.UTF8.GetString(bytes.Span).TrimStart('\uFEFF') : null;
            if (text is null || Encoding.UTF8.GetByteCount(text) > InspectedText.MostBytes) left++;
            else if (!string.IsNullOrWhiteSpace(text)) judge(Of(Encoding.UTF8.GetBytes(text), number));
        }

        return left == 0 ? null : $"lines larger than 4 MiB, which are left out: {left}";
    }

    // A message by itself does not say which request it answers. The members of a result do.
    private static (MessagePlace Place, ByteRange Value) Part(ValidatedMessage message) => message.Kind switch
    {
        MessageKind.Error => (MessagePlace.Error, message.Range(EnvelopeMember.Error)),
        MessageKind.Notification => (MessagePlace.Notification, message.Range(EnvelopeMember.Params)),
        MessageKind.Request => (message.Method switch
        {
            "sampling/createMessage" => MessagePlace.Sampling,
            "elicitation/create" => MessagePlace.Elicitation,
            _ => MessagePlace.Argument,
        }, message.Range(EnvelopeMember.Params)),
        _ => (OfResult(message), message.Range(EnvelopeMember.Result)),
    };

    private static MessagePlace OfResult(ValidatedMessage message)
    {
        if (message.Has(EnvelopeMember.ResultContent) || message.Has(EnvelopeMember.ResultStructuredContent))
        {
            var isError = message.Has(EnvelopeMember.ResultIsError) && message.Raw(EnvelopeMember.ResultIsError).SequenceEqual("true"u8);
            return isError ? MessagePlace.Error : MessagePlace.Result;
        }

        return Has(message, "contents"u8) ? MessagePlace.Resource : Has(message, "messages"u8) ? MessagePlace.Prompt
            : Has(message, "completion"u8) ? MessagePlace.Completion : MessagePlace.Other;
    }

    private static bool Has(ValidatedMessage message, ReadOnlySpan<byte> name) =>
        message.IsObject(EnvelopeMember.Result) && JsonWalk.TryFindMember(message.Bytes.Span, message.Range(EnvelopeMember.Result), name, out _);
}
