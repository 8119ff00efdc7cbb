{
  # The addon. Built by scripts/build.mjs; by hand: node-gyp rebuild --nodedir=node_modules/node-linux-<arch>.
  "targets": [
    {
      "target_name": "shmscope",
      "sources": [
        "native/addon.cc",
        "native/args.cc",
        "native/elf_segments.cc",
        "native/errors.cc",
        "native/text.cc",
        "native/fd.cc",
        "native/stat.cc",
        "native/shm.cc",
        "native/sysv.cc",
        "native/loaded.cc",
        "native/maps.cc",
        "native/peek.cc",
        "native/proc.cc",
        "native/kernel.cc",
        "native/lookout.cc",
        "native/process.cc",
        "native/inspect.cc",
        "native/assemble.cc",
        "native/walker.cc",
        "native/scan.cc",
        "native/watch.cc",
        "native/aligned.cc",
        "native/extents.cc",
        "native/find.cc",
        "native/heat.cc",
        "native/control.cc",
        "native/copy.cc",
        "native/difference.cc",
        "native/exchange.cc",
        "native/fill.cc",
        "native/find_avx2.cc",
        "native/find_bytes.cc",
        "native/find_js.cc",
        "native/find_number.cc",
        "native/find_portable.cc",
        "native/narrow.cc",
        "native/narrow_js.cc",
        "native/narrow_places.cc",
        "native/source.cc",
        "native/source_fd.cc",
        "native/source_process.cc",
        "native/source_sysv.cc",
        "native/run_clock.cc",
        "native/semaphores.cc",
        "native/tasks.cc",
        "native/threads.cc",
        "native/wait_calls.cc",
        "native/waiters.cc",
        "native/waiting.cc",
        "native/objects.cc"
      ],
      "defines": [
        "NAPI_VERSION=8", "NODE_ADDON_API_CPP_EXCEPTIONS", "NODE_ADDON_API_DISABLE_DEPRECATED",
        # What cannot be thrown because a worker thread is being ended must not end the process.
        "NODE_API_SWALLOW_UNTHROWABLE_EXCEPTIONS",
        "_GNU_SOURCE", "_FILE_OFFSET_BITS=64"
      ],
      "cflags!": ["-fno-exceptions", "-O3"],
      "cflags_cc!": ["-fno-exceptions", "-fno-rtti", "-std=gnu++17", "-std=gnu++20", "-O3"],
      "cflags_cc": [
        "-std=c++20", "-O2", "-Wall", "-Wextra", "-Werror", "-fvisibility=hidden", "-ffunction-sections", "-fdata-sections",
        # The headers of Node and of node-addon-api are not held to this project's warnings.
        "-isystem", "<(module_root_dir)/<!(node -p \"require('node-addon-api').include_dir\")",
        "-isystem", "<(node_root_dir)/include/node"
      ],
      "ldflags": ["-static-libstdc++", "-static-libgcc", "-Wl,--gc-sections", "-Wl,--exclude-libs,ALL", "-Wl,-s"]
    }
  ]
}
