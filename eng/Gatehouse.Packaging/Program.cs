using Gatehouse.Packaging;

// Steps of ./publish that the shell cannot do. Faults are one line on stderr and exit code 1.
try
{
    switch (args)
    {
        case ["normalize", var package, .. var rest]:
            NormalizedPackage.Normalize(package, new Options(rest).Timestamp("--time"));
            return 0;
        case ["sbom", .. var rest]:
            BomCommand.Run(new Options(rest));
            return 0;
        case ["zip", var folder, .. var rest]:
            ZippedFolder.Write(folder, new Options(rest));
            return 0;
        case ["provenance", .. var rest]:
            Provenance.Write(new Options(rest));
            return 0;
        case ["image-manifest", .. var rest]:
            Console.WriteLine(ImageLayout.ManifestFile(new Options(rest)));
            return 0;
        case ["image-attach", .. var rest]:
            ImageLayout.Attach(new Options(rest));
            return 0;
        default:
            Console.Error.WriteLine("usage: gatehouse-packaging normalize|sbom|zip|provenance|image-manifest|image-attach … (see ./publish)");
            return 2;
    }
}
catch (Exception fault) when (fault is InvalidDataException or IOException or UnauthorizedAccessException or System.Text.Json.JsonException)
{
    Console.Error.WriteLine($"gatehouse-packaging: {fault.Message}");
    return 1;
}
