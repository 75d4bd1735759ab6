using System.Globalization;
using System.Text;
using ExcelDataReader;
using Gatehouse.Documents.Reading;

namespace Gatehouse.Documents.Formats;

/// <summary>
/// Compound files (MS-CFB): the cells of old workbooks. Old texts, presentations and mails are not read, nor what is encrypted.
/// </summary>
internal sealed class OldOfficeFormat : IDocumentFormat
{
    public string Kind => "old-office";

    public bool Is(ReadOnlyMemory<byte> bytes) => bytes.Span is [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, ..];

    public void Read(DocumentScope scope, ReadOnlyMemory<byte> bytes)
    {
        // MS-OFFCRYPTO: an encrypted Office document is a compound file with this stream; names are in UTF-16.
        if (bytes.Span.IndexOf("E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0"u8) >= 0) throw new UnreadException(UnreadCause.Encrypted);
        if (bytes.Span.IndexOf("W\0o\0r\0k\0b\0o\0o\0k\0"u8) < 0 && bytes.Span.IndexOf("B\0o\0o\0k\0"u8) < 0)
            throw new UnreadException(UnreadCause.UnknownFormat);
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        using var reader = ExcelReaderFactory.CreateBinaryReader(new MemoryStream(bytes.ToArray()));
        var sheet = 0;
        do
        {
            var place = $"sheet-{++sheet}" + (reader.VisibleState == "visible" ? "" : "/hidden");
            var rows = new StringBuilder(reader.Name).Append('\n');
            while (reader.Read())
            {
                scope.CheckTime();
                var cells = Enumerable.Range(0, reader.FieldCount).Select(at => Convert.ToString(reader.GetValue(at), CultureInfo.InvariantCulture));
                rows.AppendJoin('\t', cells).Append('\n');
            }

            scope.Text(place, rows.ToString());
        }
        while (reader.NextResult());
        // Comments, macros and embedded objects have no reader.
        scope.Unread(UnreadCause.UnknownFormat);
    }
}
