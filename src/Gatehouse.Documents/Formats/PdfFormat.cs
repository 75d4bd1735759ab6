using System.Text;
using Gatehouse.Documents.Reading;
using UglyToad.PdfPig;
using UglyToad.PdfPig.Content;
using UglyToad.PdfPig.Core;
using UglyToad.PdfPig.DocumentLayoutAnalysis.TextExtractor;
using UglyToad.PdfPig.Exceptions;
using UglyToad.PdfPig.Logging;
using UglyToad.PdfPig.Tokens;

namespace Gatehouse.Documents.Formats;

/// <summary>PDF: pages, invisible letters, annotations, form fields, bookmarks, document information, XMP, embedded files.</summary>
internal sealed class PdfFormat : IDocumentFormat
{
    private const int Head = 1024;
    private const double Tiny = 2.5; // points
    private const double Light = 0.95;
    private const int Strings = 500;

    public string Kind => "pdf";

    // ISO 32000-1 annex H: readers accept other bytes before the header.
    public bool Is(ReadOnlyMemory<byte> bytes) => bytes.Span[..Math.Min(bytes.Length, Head)].IndexOf("%PDF-"u8) >= 0;

    public void Read(DocumentScope scope, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var faults = new Faults();
            using var document = PdfDocument.Open(bytes, new ParsingOptions { UseLenientParsing = true, SkipMissingFonts = true, Logger = faults });
            if (document.NumberOfPages == 0) scope.Unread(UnreadCause.Malformed);
            scope.Try("information", () => AllStrings(scope, "information", document.Information.DocumentInformationDictionary));
            scope.Try("information", () => Labels(scope, document.Information.DocumentInformationDictionary));
            scope.Try("metadata", () => Metadata(scope, document));
            scope.Try("form", () => Form(scope, document));
            scope.Try("bookmark", () => Bookmarks(scope, document));
            for (var number = 1; number <= document.NumberOfPages; number++)
            {
                scope.CheckTime();
                var page = number;
                scope.Try($"page-{page}", () => Page(scope, $"page-{page}", document.GetPage(page)));
            }

            scope.Try("attachment", () => Attachments(scope, document));
            if (faults.Any) scope.Unread(UnreadCause.Malformed);
        }
        catch (PdfDocumentEncryptedException)
        {
            scope.Unread(UnreadCause.Encrypted);
        }
    }

    private static void Page(DocumentScope scope, string place, Page page)
    {
        // Invisible text comes first: a finding in it names this place.
        var hidden = Lines(page.Letters.Where(IsHidden));
        scope.Text(place + "/hidden-text", hidden);
        var text = ContentOrderTextExtractor.GetText(page);
        scope.Text(place, text);
        // A scan: what is to read is in its pixels.
        if (string.IsNullOrWhiteSpace(text) && page.NumberOfImages > 0) scope.Unread(place, UnreadCause.Pixels);
        // A lenient reader takes a content that it cannot decode for an empty one.
        if (page.Operations.Count == 0 && page.Dictionary.ContainsKey(NameToken.Contents)) scope.Unread(place, UnreadCause.Malformed);
        foreach (var annotation in page.GetAnnotations())
        {
            scope.Text(place + "/annotation", annotation.Content);
            AllStrings(scope, place + "/annotation", annotation.AnnotationDictionary, annotation.Content);
        }
    }

    private static bool IsHidden(Letter letter) =>
        letter.PointSize < Tiny || letter.RenderingMode is TextRenderingMode.Neither or TextRenderingMode.NeitherClip || IsLight(letter);

    private static bool IsLight(Letter letter)
    {
        if (letter.FillColor is not { } color) return false;
        var (red, green, blue) = color.ToRGBValues();
        return red > Light && green > Light && blue > Light;
    }

    private static string Lines(IEnumerable<Letter> letters)
    {
        var text = new StringBuilder();
        Letter? before = null;
        foreach (var letter in letters)
        {
            var isNewLine = before is not null && Math.Abs(letter.StartBaseLine.Y - before.StartBaseLine.Y) > Math.Max(1, before.PointSize / 2);
            var isGap = before is not null && letter.StartBaseLine.X - before.EndBaseLine.X > before.PointSize / 5;
            if (isNewLine) text.Append('\n');
            else if (isGap) text.Append(' ');
            text.Append(letter.Value);
            before = letter;
        }

        return text.ToString();
    }

    // Every string of a dictionary, also in those within: contents, titles, rich text, scripts, addresses.
    private static void AllStrings(DocumentScope scope, string place, DictionaryToken? dictionary, string? known = null)
    {
        if (dictionary is null) return;
        var left = Strings;
        Stack<IToken> tokens = new([dictionary]);
        while (tokens.TryPop(out var token) && left-- > 0)
        {
            if (token is DictionaryToken inner)
            {
                foreach (var one in inner.Data.Values) tokens.Push(one);
            }
            else if (token is ArrayToken array)
            {
                foreach (var one in array.Data) tokens.Push(one);
            }
            else if (Text(token) is { } text && text != known)
            {
                scope.Text(place, text);
            }
        }
    }

    private static void Labels(DocumentScope scope, DictionaryToken? information)
    {
        foreach (var (name, token) in information?.Data ?? new Dictionary<string, IToken>()) SensitivityLabels.Add(scope, name, Text(token));
    }

    private static string? Text(IToken token) => token switch
    {
        StringToken text => text.Data,
        HexToken text => text.Data,
        _ => null,
    };

    private static void Metadata(DocumentScope scope, PdfDocument document)
    {
        if (document.TryGetXmpMetadata(out var metadata)) scope.Text("metadata", MarkupText.OfXml(metadata.GetXmlBytes().ToArray()));
    }

    private static void Form(DocumentScope scope, PdfDocument document)
    {
        if (!document.TryGetForm(out var form)) return;
        foreach (var field in form.Fields) AllStrings(scope, "form", field.Dictionary);
    }

    private static void Bookmarks(DocumentScope scope, PdfDocument document)
    {
        if (!document.TryGetBookmarks(out var bookmarks)) return;
        foreach (var node in bookmarks.GetNodes()) scope.Text("bookmark", node.Title);
    }

    private static void Attachments(DocumentScope scope, PdfDocument document)
    {
        if (!document.Advanced.TryGetEmbeddedFiles(out var files)) return;
        var number = 0;
        foreach (var file in files)
        {
            var place = $"attachment-{++number}";
            scope.Text(place + "/name", file.Name);
            scope.Try(place, () => scope.Inner(place, scope.Expand(new MemoryStream(file.Memory.ToArray()))));
        }
    }

    // What the lenient reader leaves out it reports here.
    private sealed class Faults : ILog
    {
        public bool Any { get; private set; }

        public void Debug(string message)
        {
        }

        public void Debug(string message, Exception ex)
        {
        }

        public void Warn(string message)
        {
        }

        public void Error(string message) => Any = true;

        public void Error(string message, Exception ex) => Any = true;
    }
}
