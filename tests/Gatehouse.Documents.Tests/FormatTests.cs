using System.Text;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;
using MimeKit;
using Header = DocumentFormat.OpenXml.Wordprocessing.Header;

namespace Gatehouse.Documents.Tests;

/// <summary>The texts that each format has, shown and hidden, with their places.</summary>
[Trait("Requirement", "PI-01")]
public sealed class FormatTests
{
    [Fact]
    public void APdf_HasItsPages_AnnotationsInformationAndWhatNobodySees()
    {
        var found = Extracted.Of(Samples.Pdf(
            "BT /F1 12 Tf 20 200 Td (words of the page) Tj ET BT 1 1 1 rg /F1 12 Tf 20 100 Td (white words) Tj ET "
                + "BT 0 0 0 rg /F1 1 Tf 20 50 Td (tiny words) Tj ET",
            "/Annots[6 0 R]", "/Info<</Title(a title)>>", "<</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents(words of a note)/T(its author)>>"));
        found.IsWhole();
        found.Has("pdf/page-1", "words of the page");
        found.Has("pdf/page-1/annotation", "words of a note");
        found.Has("pdf/page-1/annotation", "its author");
        found.Has("pdf/page-1/hidden-text", "white words");
        found.Has("pdf/page-1/hidden-text", "tiny words");
        found.Has("pdf/information", "a title");
        Assert.DoesNotContain(found.Texts, one => one.Place == "pdf/page-1/hidden-text" && one.Text.Contains("of the page", StringComparison.Ordinal));
    }

    [Fact]
    public void APdf_HasItsAttachments()
    {
        const string note = "words of an attached file";
        var found = Extracted.Of(Samples.PdfOf(
        [
            "<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(a.txt) 4 0 R]>>>>>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>", "<</Type/Filespec/F(a.txt)/EF<</F 5 0 R>>>>",
            $"<</Type/EmbeddedFile/Length {note.Length}>>stream\n{note}\nendstream",
        ]));
        found.Has("pdf/attachment-1/text/text", note);
        found.Has("pdf/attachment-1/name", "a.txt");
    }

    [Fact]
    public void AWordDocument_HasEveryPart()
    {
        var found = Extracted.Of(Samples.Word(main =>
        {
            main.Document!.Body!.Append(Samples.Paragraph("words of the body"), Samples.Paragraph("a hidden run", new Vanish()),
                Samples.Paragraph("a white run", new Color { Val = "FFFFFF" }), Samples.Paragraph("a tiny run", new FontSize { Val = "2" }));
            main.AddNewPart<WordprocessingCommentsPart>().Comments = new Comments(new Comment(Samples.Paragraph("words of a comment")) { Id = "0", Author = "Mallory" });
            main.AddNewPart<HeaderPart>().Header = new Header(Samples.Paragraph("words of the header"));
            main.AddNewPart<FootnotesPart>().Footnotes = new Footnotes(new Footnote(Samples.Paragraph("words of a note")) { Id = 1 });
            main.OpenXmlPackage.PackageProperties.Title = "a title";
            main.AddHyperlinkRelationship(new Uri("https://elsewhere.example/leak"), isExternal: true);
            var picture = main.AddImagePart(ImagePartType.Png);
            picture.FeedData(new MemoryStream(Samples.Png("words of a picture")));
        }));
        found.IsWhole();
        found.Has("office/body", "words of the body");
        found.Has("office/body/hidden-text", "a hidden run");
        found.Has("office/body/hidden-text", "a white run");
        found.Has("office/body/hidden-text", "a tiny run");
        found.Has("office/comment", "words of a comment");
        found.Has("office/comment/attribute", "Mallory");
        found.Has("office/header", "words of the header");
        found.Has("office/note", "words of a note");
        found.Has("office/properties", "a title");
        found.Has("office/links/attribute", "https://elsewhere.example/leak");
        found.Has("office/metadata", "words of a picture");
    }

    // A program for people follows the relationships; one for models may read every part.
    [Fact]
    public void APartThatNothingRefersTo_IsReadToo()
    {
        var document = Samples.Word(main => main.Document!.Body!.Append(Samples.Paragraph("body")));
        using var all = new MemoryStream();
        all.Write(document);
        using (var archive = new System.IO.Compression.ZipArchive(all, System.IO.Compression.ZipArchiveMode.Update, leaveOpen: true))
        {
            using var stream = archive.CreateEntry("other/place.bin").Open();
            stream.Write("<comments xmlns='x'><comment><p><t>an orphan</t></p></comment></comments>"u8);
        }

        Extracted.Of(all.ToArray()).Has("office/comment", "an orphan");
    }

    [Theory]
    [InlineData(false, "office/sheet-1")]
    [InlineData(true, "office/sheet-1/hidden")]
    public void AWorkbook_HasItsCells_AndSaysWhichSheetIsHidden(bool isHidden, string place)
    {
        var found = Extracted.Of(Samples.Workbook("words of a cell", isHidden));
        found.IsWhole();
        found.Has(place, "words of a cell\t42");
        found.Has("office/unused-string", "left over");
    }

    [Fact]
    public void APresentation_HasSlidesAndNotes()
    {
        const string drawing = "xmlns:a='http://schemas.openxmlformats.org/drawingml/2006/main' xmlns:p='http://schemas.openxmlformats.org/presentationml/2006/main'";
        var found = Extracted.Of(Samples.Zip(
            ("[Content_Types].xml", "<Types/>"u8.ToArray()),
            ("ppt/slides/slide2.xml", Encoding.UTF8.GetBytes($"<p:sld {drawing}><a:p><a:r><a:t>words of a slide</a:t></a:r></a:p></p:sld>")),
            ("ppt/notesSlides/notesSlide2.xml", Encoding.UTF8.GetBytes($"<p:notes {drawing}><a:p><a:r><a:t>words of the notes</a:t></a:r></a:p></p:notes>"))));
        found.Has("office/slide-2", "words of a slide");
        found.Has("office/slide-2/notes", "words of the notes");
    }

    [Fact]
    public void AMail_HasHeaders_Parts_AndWhatIsInItsAttachments()
    {
        var found = Extracted.Of(Samples.Mail(
            new TextPart("plain") { Text = "words of the body" },
            new TextPart("html") { Text = "<html><body><p>shown</p><div style='display: none'>words that are hidden</div><!-- a comment --><img alt='words of an image'></body></html>" },
            Samples.Attachment(Samples.Zip(("inner.txt", "words of an entry"u8.ToArray())), "a.zip"),
            Samples.Attachment(Samples.Mail(new TextPart("plain") { Text = "words of the inner mail" }), "b.eml")));
        found.IsWhole();
        found.Has("mail/header", "X-Note: words of a header");
        found.Has("mail/body", "words of the body");
        found.Has("mail/body/html/hidden-text", "words that are hidden");
        found.Has("mail/body/html/comment", "a comment");
        found.Has("mail/body/html/attribute", "words of an image");
        found.Has("mail/attachment-1/archive/entry-1/text/text", "words of an entry");
        found.Has("mail/attachment-2/mail/body", "words of the inner mail");
    }

    [Fact]
    public void Html_HasMetaTextsTemplatesAndDataUris()
    {
        var found = Extracted.Of(Encoding.UTF8.GetBytes(
            $"<!doctype html><html><head><meta name=description content='words of meta'></head><body>shown<template>words of a template</template>"
            + $"<a href='data:text/plain;base64,{Convert.ToBase64String("words of a link"u8)}'>x</a><input type=hidden value='words of a field'></body></html>"));
        found.IsWhole();
        found.Has("html/attribute", "words of meta");
        found.Has("html/hidden-text", "words of a template");
        found.Has("html/embedded-1/text/text", "words of a link");
        found.Has("html/attribute", "words of a field");
    }

    [Fact]
    public void AnArchive_HasNames_ItsCommentAndEntries()
    {
        byte[] zip = [.. Samples.Zip(("a name with words.txt", "words"u8.ToArray()), ("b.html", "<html><body>x<!-- y --></body></html>"u8.ToArray()))];
        zip = [.. zip[..^2], 7, 0, .. "comment"u8];
        var found = Extracted.Of(zip);
        found.IsWhole();
        found.Has("archive/names", "a name with words.txt");
        found.Has("archive/comment", "comment");
        found.Has("archive/entry-1/text/text", "words");
        found.Has("archive/entry-2/html/comment", "y");
    }

    [Fact]
    public void AnImage_HasItsMetadata_AndIsNotWhollyRead()
    {
        var found = Extracted.Of(Samples.Png("words of a text chunk"));
        found.Has("image/metadata", "words of a text chunk");
        Assert.Equal(("image", "pixels"), Assert.Single(found.Unread));
    }

    [Fact]
    public void Texts_AreReadInTheirEncoding()
    {
        Extracted.Of([0xFF, 0xFE, .. Encoding.Unicode.GetBytes("Grüße und Wörter")]).Has("text/text", "Grüße und Wörter");
        Extracted.Of(Encoding.UTF8.GetBytes("Слова")).Has("text/text", "Слова");
        Extracted.Of(Samples.Gzip("zipped words"u8.ToArray())).Has("compressed/content/text/text", "zipped words");
    }

    // A sender chooses names and declared types.
    [Fact]
    public void TheBytes_SayTheFormat()
    {
        var found = Extracted.Of(Samples.Zip(("harmless.txt", Samples.Pdf("BT /F1 12 Tf 20 200 Td (words of a page) Tj ET"))));
        found.Has("archive/entry-1/pdf/page-1", "words of a page");
    }
}
