using System.Globalization;
using System.IO.Compression;
using System.Text;
using Gatehouse.Range.Running;
using Gatehouse.Settings;

namespace Gatehouse.Range.Doubles;

/// <summary>Documents that attackers made, and the settings of a gateway that reads them.</summary>
internal static class MadeDocuments
{
    /// <summary>
    /// The settings that read documents. In a checkout the program is among the others that were built; in a package it is beside this program.
    /// </summary>
    public static DocumentSettings Settings
    {
        get
        {
            var built = Path.GetFullPath(Path.Join(AppContext.BaseDirectory, "../../Gatehouse.Documents/release", DocumentSettings.ProgramName));
            return new DocumentSettings { IsConfigured = true, Program = File.Exists(built + ".dll") ? built : null, Timeout = TimeSpan.FromSeconds(30) };
        }
    }

    /// <summary>Returns a document of Word with a comment.</summary>
    public static byte[] Word(string text, string comment)
    {
        const string names = "xmlns:w='http://schemas.openxmlformats.org/wordprocessingml/2006/main'";
        using var all = new MemoryStream();
        using (var archive = new ZipArchive(all, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(archive, "[Content_Types].xml", "<Types xmlns='http://schemas.openxmlformats.org/package/2006/content-types'/>");
            Add(archive, "word/document.xml", $"<w:document {names}><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>");
            Add(archive, "word/comments.xml",
                $"<w:comments {names}><w:comment w:id='0'><w:p><w:r><w:t>{comment}</w:t></w:r></w:p></w:comment></w:comments>");
        }

        return all.ToArray();
    }

    /// <summary>Returns a mail with a field of its own and an attachment.</summary>
    public static byte[] Mail(string field, byte[] attachment) => Encoding.ASCII.GetBytes(
        $"From: carol@example.com\r\nTo: team@example.com\r\nSubject: Minutes\r\nX-Note: {field}\r\nMIME-Version: 1.0\r\n"
        + "Content-Type: multipart/mixed; boundary=part\r\n\r\n--part\r\nContent-Type: text/plain\r\n\r\nThe minutes are attached.\r\n--part\r\n"
        + "Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=minutes.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        + $"{Convert.ToBase64String(attachment, Base64FormattingOptions.InsertLineBreaks)}\r\n--part--\r\n");

    /// <summary>Returns a PDF of one page with an annotation.</summary>
    public static byte[] Pdf(string page, string annotation)
    {
        var content = $"BT /F1 12 Tf 20 200 Td ({page}) Tj ET";
        string[] objects =
        [
            "<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 300]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>/Annots[6 0 R]>>",
            $"<</Length {content.Length}>>stream\n{content}\nendstream", "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            $"<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents({annotation})>>",
        ];
        var text = new StringBuilder("%PDF-1.4\n");
        var table = new StringBuilder($"xref\n0 {objects.Length + 1}\n0000000000 65535 f \n");
        for (var at = 0; at < objects.Length; at++)
        {
            table.Append(CultureInfo.InvariantCulture, $"{text.Length:D10} 00000 n \n");
            text.Append(CultureInfo.InvariantCulture, $"{at + 1} 0 obj\n{objects[at]}\nendobj\n");
        }

        var start = text.Length;
        return Encoding.ASCII.GetBytes($"{text}{table}trailer\n<</Size {objects.Length + 1}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n");
    }

    /// <summary>Returns an archive with one file.</summary>
    public static byte[] Zip(string name, byte[] content)
    {
        using var all = new MemoryStream();
        using (var archive = new ZipArchive(all, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var stream = archive.CreateEntry(name).Open();
            stream.Write(content);
        }

        return all.ToArray();
    }

    /// <summary>Returns the content of a result that embeds a document.</summary>
    public static object[] Resource(byte[] document) =>
        [new { type = "resource", resource = new { uri = "demo://document", mimeType = "application/octet-stream", blob = Convert.ToBase64String(document) } }];

    /// <summary>Returns whether a reply has the whole document. JSON may escape a character of base64.</summary>
    public static bool IsIn(RangeReply reply, byte[] document) =>
        reply.Text.Replace("\\u002B", "+", StringComparison.Ordinal).Contains(Convert.ToBase64String(document), StringComparison.Ordinal);

    private static void Add(ZipArchive archive, string name, string text)
    {
        using var stream = archive.CreateEntry(name).Open();
        stream.Write(Encoding.UTF8.GetBytes(text));
    }
}
