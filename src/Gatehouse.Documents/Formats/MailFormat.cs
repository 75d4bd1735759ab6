using System.Text;
using Gatehouse.Documents.Reading;
using MimeKit;
using MimeKit.Cryptography;
using MimeKit.Tnef;

namespace Gatehouse.Documents.Formats;

/// <summary>Mail: every header, every part, and attachments with what is in them.</summary>
internal sealed class MailFormat : IDocumentFormat
{
    private const int Head = 8192;

    private static readonly string[] Known =
    [
        "from", "to", "cc", "subject", "date", "received", "return-path", "delivered-to", "message-id", "mime-version", "content-type",
        "content-transfer-encoding", "reply-to", "sender", "x-mailer", "dkim-signature",
    ];

    public string Kind => "mail";

    // Two known fields among the first lines: a text with one "Subject:" is no mail.
    public bool Is(ReadOnlyMemory<byte> bytes)
    {
        var head = bytes.Span[..Math.Min(bytes.Length, Head)];
        if (!TextFormat.IsText(head)) return false;
        var found = 0;
        foreach (var line in Encoding.Latin1.GetString(head).TrimStart('\u00EF', '\u00BB', '\u00BF').Split('\n'))
        {
            if (line is "" or "\r" || found == 2) break;
            if (line[0] is ' ' or '\t' || line.StartsWith("From ", StringComparison.Ordinal)) continue;
            var colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1 || line.AsSpan(0, colon).ContainsAnyExceptInRange('!', '~')) break;
            if (Known.Contains(line[..colon].ToLowerInvariant())) found++;
        }

        return found == 2;
    }

    public void Read(DocumentScope scope, ReadOnlyMemory<byte> bytes)
    {
        var format = bytes.Span.StartsWith("From "u8) ? MimeKit.MimeFormat.Mbox : MimeKit.MimeFormat.Entity;
        var parser = new MimeParser(new ParserOptions { MaxMimeDepth = 32 }, new MemoryStream(bytes.ToArray()), format);
        var number = 0;
        do
        {
            scope.CheckTime();
            Message(scope, parser.ParseMessage(), ref number);
        }
        while (format == MimeKit.MimeFormat.Mbox && !parser.IsEndOfStream);
    }

    private static void Message(DocumentScope scope, MimeMessage message, ref int number)
    {
        Headers(scope, "header", message.Headers);
        if (message.Body is null) return;
        Stack<MimeEntity> entities = new([message.Body]);
        while (entities.TryPop(out var entity))
        {
            scope.CheckTime();
            if (!ReferenceEquals(entity, message.Body)) Headers(scope, "part-header", entity.Headers);
            switch (entity)
            {
                case MultipartEncrypted:
                    scope.Unread("body", UnreadCause.Encrypted);
                    break;
                case Multipart multipart:
                    scope.Text("body", multipart.Preamble);
                    scope.Text("body", multipart.Epilogue);
                    foreach (var part in multipart.Reverse()) entities.Push(part);
                    break;
                case MessagePart { Message: { } inner }:
                    scope.Inner($"attachment-{++number}", Bytes(scope, inner));
                    break;
                case TnefPart tnef:
                    foreach (var part in tnef.ExtractAttachments()) entities.Push(part);
                    break;
                case MimePart part:
                    Part(scope, part, ref number);
                    break;
            }
        }
    }

    private static void Part(DocumentScope scope, MimePart part, ref int number)
    {
        if (part.Content is null) return;
        using var content = part.Content.Open();
        if (part is TextPart { IsAttachment: false, IsPlain: true })
        {
            scope.Text("body", Decode(scope.Expand(content), part.ContentType.CharsetEncoding));
            return;
        }

        var isBody = part is TextPart { IsAttachment: false };
        var place = isBody ? "body" : $"attachment-{++number}";
        scope.Try(place, () =>
        {
            var bytes = scope.Expand(content);
            scope.Inner(place, isBody ? Encoding.UTF8.GetBytes(Decode(bytes, part.ContentType.CharsetEncoding)) : bytes);
        });
    }

    private static void Headers(DocumentScope scope, string place, HeaderList headers)
    {
        var text = new StringBuilder();
        foreach (var header in headers)
        {
            if (header.Field.Equals(SensitivityLabels.MailHeader, StringComparison.OrdinalIgnoreCase))
                SensitivityLabels.AddPairs(scope, header.Value);
        }

        foreach (var header in headers) text.Append(header.Field).Append(": ").Append(header.Value).Append('\n');
        scope.Text(place, text.ToString());
    }

    private static byte[] Bytes(DocumentScope scope, MimeMessage message)
    {
        using var all = new MemoryStream();
        message.WriteTo(all);
        all.Position = 0;
        return scope.Expand(all);
    }

    // A charset that this system does not have is read as if it were not named.
    private static string Decode(byte[] bytes, Encoding? charset) => charset is null ? TextFormat.Decode(bytes) : charset.GetString(bytes);
}
