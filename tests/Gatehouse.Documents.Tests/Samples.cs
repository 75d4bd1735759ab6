using System.Globalization;
using System.IO.Compression;
using System.Text;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;
using MimeKit;
using Spreadsheet = DocumentFormat.OpenXml.Spreadsheet;

namespace Gatehouse.Documents.Tests;

/// <summary>Documents for tests, made with libraries where one writes the format.</summary>
internal static class Samples
{
    /// <summary>A PDF of one page. The objects follow those of the catalogue, pages, page, content and font.</summary>
    public static byte[] Pdf(string content, string page = "", string trailer = "", params string[] objects)
    {
        List<string> all =
        [
            "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            $"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>{page}>>",
            $"<</Length {content.Length}>>stream\n{content}\nendstream", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>", .. objects,
        ];
        return PdfOf(all, trailer);
    }

    /// <summary>A PDF of objects; the catalogue is the first.</summary>
    public static byte[] PdfOf(IReadOnlyList<string> objects, string trailer = "")
    {
        var text = new StringBuilder("%PDF-1.4\n");
        List<int> starts = [];
        for (var at = 0; at < objects.Count; at++)
        {
            starts.Add(text.Length);
            text.Append(CultureInfo.InvariantCulture, $"{at + 1} 0 obj\n{objects[at]}\nendobj\n");
        }

        var table = text.Length;
        text.Append(CultureInfo.InvariantCulture, $"xref\n0 {starts.Count + 1}\n0000000000 65535 f \n");
        foreach (var start in starts) text.Append(CultureInfo.InvariantCulture, $"{start:D10} 00000 n \n");
        text.Append(CultureInfo.InvariantCulture, $"trailer\n<</Size {starts.Count + 1}/Root 1 0 R{trailer}>>\nstartxref\n{table}\n%%EOF\n");
        return Encoding.Latin1.GetBytes(text.ToString());
    }

    public static byte[] Word(Action<MainDocumentPart> fill)
    {
        using var all = new MemoryStream();
        using (var document = WordprocessingDocument.Create(all, WordprocessingDocumentType.Document))
        {
            var main = document.AddMainDocumentPart();
            main.Document = new Document(new Body());
            fill(main);
        }

        return all.ToArray();
    }

    public static Paragraph Paragraph(string text, params OpenXmlElement[] properties) =>
        new(new Run(new RunProperties(properties), new Text(text)));

    public static byte[] Workbook(string cell, bool isHidden)
    {
        using var all = new MemoryStream();
        using (var document = SpreadsheetDocument.Create(all, SpreadsheetDocumentType.Workbook))
        {
            var book = document.AddWorkbookPart();
            var strings = book.AddNewPart<SharedStringTablePart>();
            strings.SharedStringTable = new Spreadsheet.SharedStringTable(
                new Spreadsheet.SharedStringItem(new Spreadsheet.Text(cell)), new Spreadsheet.SharedStringItem(new Spreadsheet.Text("left over")));
            var sheet = book.AddNewPart<WorksheetPart>();
            sheet.Worksheet = new Spreadsheet.Worksheet(new Spreadsheet.SheetData(new Spreadsheet.Row(
                new Spreadsheet.Cell { DataType = Spreadsheet.CellValues.SharedString, CellValue = new Spreadsheet.CellValue("0") },
                new Spreadsheet.Cell { CellValue = new Spreadsheet.CellValue("42") })));
            book.Workbook = new Spreadsheet.Workbook(new Spreadsheet.Sheets(new Spreadsheet.Sheet
            {
                Id = book.GetIdOfPart(sheet),
                SheetId = 1,
                Name = "Data of staff",
                State = isHidden ? Spreadsheet.SheetStateValues.Hidden : Spreadsheet.SheetStateValues.Visible,
            }));
        }

        return all.ToArray();
    }

    public static byte[] Mail(params MimeEntity[] parts)
    {
        var message = new MimeMessage { Subject = "A subject", Body = new Multipart("mixed") };
        message.From.Add(new MailboxAddress("Alice", "alice@example.com"));
        message.To.Add(new MailboxAddress("Bob", "bob@example.com"));
        message.Headers.Add("X-Note", "words of a header");
        foreach (var part in parts) ((Multipart)message.Body).Add(part);
        using var all = new MemoryStream();
        message.WriteTo(all);
        return all.ToArray();
    }

    public static MimePart Attachment(byte[] content, string name) => new("application", "octet-stream")
    {
        Content = new MimeContent(new MemoryStream(content)),
        ContentDisposition = new ContentDisposition(ContentDisposition.Attachment) { FileName = name },
        ContentTransferEncoding = ContentEncoding.Base64,
    };

    public static byte[] Zip(params (string Name, byte[] Content)[] entries)
    {
        using var all = new MemoryStream();
        using (var archive = new ZipArchive(all, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var stream = archive.CreateEntry(name).Open();
                stream.Write(content);
            }
        }

        return all.ToArray();
    }

    public static byte[] Gzip(byte[] content)
    {
        using var all = new MemoryStream();
        using (var stream = new GZipStream(all, CompressionLevel.Optimal)) stream.Write(content);
        return all.ToArray();
    }

    /// <summary>A PNG of one pixel with a text.</summary>
    public static byte[] Png(string text)
    {
        using var all = new MemoryStream();
        all.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10]);
        Chunk(all, "IHDR", [0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]);
        Chunk(all, "tEXt", Encoding.Latin1.GetBytes("Comment\0" + text));
        using var pixel = new MemoryStream();
        using (var stream = new ZLibStream(pixel, CompressionLevel.Optimal)) stream.Write([0, 0, 0, 0]);
        Chunk(all, "IDAT", pixel.ToArray());
        Chunk(all, "IEND", []);
        return all.ToArray();
    }

    private static void Chunk(MemoryStream all, string type, byte[] data)
    {
        byte[] typed = [.. Encoding.ASCII.GetBytes(type), .. data];
        all.Write(Number(data.Length));
        all.Write(typed);
        all.Write(Number((int)Crc(typed)));
    }

    private static byte[] Number(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private static uint Crc(byte[] bytes)
    {
        var sum = uint.MaxValue;
        foreach (var one in bytes)
        {
            sum ^= one;
            for (var bit = 0; bit < 8; bit++) sum = (sum & 1) != 0 ? (sum >> 1) ^ 0xEDB88320 : sum >> 1;
        }

        return ~sum;
    }
}

